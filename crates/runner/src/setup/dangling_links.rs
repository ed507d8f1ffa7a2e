//! Dangling links of unpacked packages: the package with their target was not unpacked.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::setup_error::SetupError;

/// The dangling links below a folder, in order.
pub(super) fn dangling_links(root: &Path) -> Result<Vec<PathBuf>, SetupError> {
    let mut dangling = Vec::new();
    add_dangling_links(root, &mut dangling).map_err(SetupError::file(root))?;
    dangling.sort_unstable();
    Ok(dangling)
}

fn add_dangling_links(folder: &Path, dangling: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (kind, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
        let kind = kind?;
        if kind.is_dir() {
            add_dangling_links(&path, dangling)?;
        } else if kind.is_symlink() && !path.exists() {
            dangling.push(path);
        }
    }
    Ok(())
}

/// The target of a link of an unpacked package when the package is installed.
pub(super) fn installed_target(root: &Path, link: &Path) -> Option<PathBuf> {
    let folder = Path::new("/").join(link.parent()?.strip_prefix(root).ok()?);
    let mut target = PathBuf::new();
    for part in folder.join(fs::read_link(link).ok()?).components() {
        match part {
            Component::ParentDir => {
                target.pop();
            }
            part => target.push(part),
        }
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_dangling_link_is_found_with_the_target_that_it_has_when_installed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("usr/share/web")).unwrap();
        fs::write(root.join("usr/share/page"), "").unwrap();
        symlink("../page", root.join("usr/share/web/sound")).unwrap();
        symlink("../../share/jquery", root.join("usr/share/web/relative")).unwrap();
        symlink("/nowhere/jquery", root.join("usr/share/absolute")).unwrap();
        let links = dangling_links(root).unwrap();
        assert_eq!(links, ["usr/share/absolute", "usr/share/web/relative"].map(|link| root.join(link)));
        let targets: Vec<PathBuf> = links.iter().filter_map(|link| installed_target(root, link)).collect();
        assert_eq!(targets, ["/nowhere/jquery", "/usr/share/jquery"].map(PathBuf::from));
    }
}
