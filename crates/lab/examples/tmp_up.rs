//! Temporary: brings the real parts up.
use lab::{native::*, setup::*, topology::Topology};
use std::collections::BTreeMap;
use std::path::Path;
#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).map(String::as_str) == Some("supervise") {
        supervise(&args[2]);
        return;
    }
    let root = Path::new("/work/main");
    let exe = std::env::current_exe().unwrap();
    let env: BTreeMap<String, String> = std::env::vars().collect();
    let sup = Supervisor::start(&exe, "tmp-up").unwrap();
    let setup = Setup {
        cache: Cache::new(cache_folder()),
        root,
        lab: &exe,
        run_id: "tmp-up",
        environment: &env,
        progress: &|p| println!("{p:?}"),
    };
    let t = std::time::Instant::now();
    let tools = ensure(&setup, &Tool::ALL, &[]).await.unwrap_or_else(|e| panic!("{e}"));
    println!("setup {:?}", t.elapsed());
    for (n, p) in tools.programs() {
        println!("{n}: {}", p.display());
    }
    let topology = Topology::load(root, 200).unwrap();
    let dir = Path::new("/tmp/t/updir");
    let _ = std::fs::remove_dir_all(dir);
    let parts: Vec<String> = ["redis", "agent", "gateway", "jaeger", "prometheus"]
        .map(String::from)
        .into();
    let e = BTreeMap::new();
    let l = BTreeMap::new();
    let pe = BTreeMap::new();
    let base = base_environment();
    let plan = plan(&Composition {
        run_id: "tmp-up",
        dir,
        root,
        topology: &topology,
        offset: 200,
        tools: &tools,
        base: &base,
        parts: &parts,
        layers: &l,
        environment: &e,
        part_environment: &pe,
    })
    .unwrap();
    let t = std::time::Instant::now();
    let mut n = Native::up(plan, |e| println!("{e:?}"))
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    println!("up {:?}", t.elapsed());
    for p in &parts {
        let pid = n.pid(p).unwrap();
        println!(
            "{p} {pid} carries {}",
            String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/environ")).unwrap())
                .contains("LAB_RUN_ID=tmp-up")
        );
    }
    if args.len() > 1 {
        println!("waiting");
        println!("{:?}", n.any_ended().await);
    }
    for s in n.down().await {
        println!("{s:?}");
    }
    sup.finish().unwrap();
}
