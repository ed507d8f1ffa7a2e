# Jaeger with its UI. nixpkgs had no Jaeger 2 when this was written. The recipe follows its pull request 512257.
{
  lib,
  buildGoModule,
  buildNpmPackage,
  fetchFromGitHub,
  fetchNpmDeps,
  gzip,
  nodejs_24,
}:
buildGoModule (
  finalAttrs:
  let
    ui = buildNpmPackage {
      pname = "jaeger-ui";
      inherit (finalAttrs) version;
      src = "${finalAttrs.src}/jaeger-ui";
      nodejs = nodejs_24;
      npmDeps = fetchNpmDeps {
        src = "${finalAttrs.src}/jaeger-ui";
        hash = "sha256-qDfQxm1ScVp94eOfS+/rCVX7C6MgnGtPtMczlhN44o8=";
        fetcherVersion = 2;
      };
      npmDepsFetcherVersion = 2;
      env.REACT_APP_VSN_STATE = builtins.toJSON { inherit (finalAttrs) version; };
      postPatch = ''
        substituteInPlace packages/jaeger-ui/package.json \
          --replace-fail 'REACT_APP_VSN_STATE=$(../../scripts/get-tracking-version.js) ' ""
      '';
      preBuild = ''
        patchShebangs packages/*/node_modules
      '';
      installPhase = ''
        runHook preInstall
        cp -r packages/jaeger-ui/build $out
        runHook postInstall
      '';
    };
  in
  {
    pname = "otel-lab-jaeger";
    version = "2.17.0";
    src = fetchFromGitHub {
      owner = "jaegertracing";
      repo = "jaeger";
      tag = "v${finalAttrs.version}";
      fetchSubmodules = true;
      hash = "sha256-0bP9MiJZ+mQs5LYKeIT/Mc+UEEMXy3yWMU2GXIgDOLU=";
    };
    vendorHash = "sha256-G7+QgAQslUJGy5qCSGlp50AaP3BF8z6iEx/FgG9eWBE=";

    subPackages = [ "cmd/jaeger" ];
    ldflags = [
      "-s"
      "-w"
    ];
    nativeBuildInputs = [ gzip ];
    # The program embeds this folder, and expects every file in it to be compressed with gzip.
    preBuild = ''
      cp -r ${ui}/. cmd/jaeger/internal/extension/jaegerquery/internal/ui/actual/
      chmod -R u+w cmd/jaeger/internal/extension/jaegerquery/internal/ui/actual
      find cmd/jaeger/internal/extension/jaegerquery/internal/ui/actual -type f ! -name .gitignore \
        -exec gzip --no-name {} +
    '';

    meta = {
      description = "Distributed tracing: a collector with a store, a query API and a UI";
      homepage = "https://www.jaegertracing.io";
      license = lib.licenses.asl20;
      mainProgram = "jaeger";
    };
  }
)
