//! `cargo xtask test`: everything that can fail, counted by what really ran.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step::{output, run, seconds, step, watch};
use crate::toolchain::Toolchain;
use crate::workspace::root;
use crate::{app, gateway, prerequisites, tidy};

const PARTS: [&str; 5] = ["tidy", "native", "wasm", "browser", "third-party"];

/// How many tests ran, and how they ended.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    fn of(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// A run that failed without a failed test failed all the same.
    fn with_exit(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

/// Runs the parts named, or all.
pub(crate) fn test(parts: &[String]) -> Result<()> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no part {unknown:?}: {}", PARTS.join(", "));
    }
    let start = Instant::now();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wish| wish == part);
    let (toolchain, browser) = prerequisites::for_testing()?;
    let mut counts = Vec::new();
    if wanted("tidy") {
        counts.push(("tidy", Count::of(tidy::tidy().map_err(|error| eprintln!("{error:#}")).is_ok())));
    }
    if wanted("native") {
        counts.push(("native", step("testing what runs on this machine", || native(&toolchain))?));
    }
    if wanted("wasm") {
        counts.push(("wasm", step("testing what runs in a browser", || wasm(&toolchain))?));
    }
    if wanted("browser") || wanted("third-party") {
        gateway::build_quickly(&toolchain)?;
    }
    if wanted("third-party") {
        counts.push(("third-party", step("testing with clients not written here", third_party)?));
    }
    if wanted("browser") {
        app::build(&toolchain, app::Profile::Test)?;
        let mail = foreign_mail(&toolchain)?;
        counts.push(("browser", step("testing as a person would click", || in_browser(&browser, &mail))?));
    }

    println!();
    for (part, count) in &counts {
        println!("{part:12} {:5} passed {:5} failed", count.passed, count.failed);
    }
    println!("in {}", seconds(start));
    let all = counts.iter().fold(Count::default(), |sum, (_, count)| Count {
        passed: sum.passed + count.passed,
        failed: sum.failed + count.failed,
    });
    println!("{} passed, {} failed", all.passed, all.failed);
    if all.failed > 0 || all.passed == 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn native(toolchain: &Toolchain) -> Result<Count> {
    cargo_test(toolchain.cargo().args(["test", "--workspace", "--no-fail-fast", "--locked"]))
}

/// Only where there are such tests: the runner takes an empty run for a failure.
fn wasm(toolchain: &Toolchain) -> Result<Count> {
    let has_tests = crate::workspace::files(&["src"])?
        .iter()
        .any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains("#[wasm_bindgen_test]")));
    if !has_tests {
        return Ok(Count::default());
    }
    let mut command = toolchain.cargo();
    command
        .args(["test", "--target", "wasm32-unknown-unknown", "--locked", "-p", "owlet"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("WASM_BINDGEN_USE_BROWSER", "1");
    if let Some(driver) = prerequisites::on_path("chromedriver") {
        command.env("CHROMEDRIVER", driver);
    }
    cargo_test(&mut command)
}

fn cargo_test(command: &mut Command) -> Result<Count> {
    let mut count = Count::default();
    let succeeded = watch(command, |line| {
        if let Some(result) = line.strip_prefix("test result: ") {
            count.passed += number_before(result, " passed");
            count.failed += number_before(result, " failed");
        }
    })?;
    Ok(count.with_exit(succeeded))
}

fn number_before(line: &str, word: &str) -> u64 {
    let before = line.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Mail that nobody here made: mail-parser's own test messages, which its package carries.
fn foreign_mail(toolchain: &Toolchain) -> Result<PathBuf> {
    let metadata = output(toolchain.cargo().args(["metadata", "--format-version", "1", "--locked"]));
    let metadata: Value = serde_json::from_str(&metadata.context("cargo metadata failed")?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of = |package: &Value, name: &str| package.get(name).and_then(Value::as_str).map(str::to_owned);
    let manifest = packages
        .iter()
        .find(|package| of(package, "name").is_some_and(|name| name == "mail-parser"))
        .and_then(|package| of(package, "manifest_path"))
        .context("mail-parser is not a dependency")?;
    Ok(Path::new(&manifest).with_file_name("resources").join("eml"))
}

fn in_browser(browser: &Path, foreign_mail: &Path) -> Result<Count> {
    let report = root().join("target/playwright.json");
    // A report of an earlier run must not be taken for this one's.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let succeeded = Command::new("node_modules/.bin/playwright")
        .current_dir(root())
        .arg("test")
        .env("TEST_CHROMIUM", browser)
        .env("TEST_FOREIGN_MAIL", foreign_mail)
        .env("OWLETD", root().join("target/debug/owletd"))
        .status()?
        .success();
    let stats: Value = fs::read_to_string(&report)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .and_then(|report| report.get("stats").cloned())
        .unwrap_or_default();
    let stat = |name: &str| stats.get(name).and_then(Value::as_u64).unwrap_or_default();
    Ok(Count { passed: stat("expected") + stat("flaky"), failed: stat("unexpected") }.with_exit(succeeded))
}

/// Clients that others wrote, each a script that is told of a gateway, an address and a password.
fn third_party() -> Result<Count> {
    let folder = "crates/gateway/tests/third_party";
    let scripts = crate::workspace::files(&[folder])?;
    let environment = root().join("target/third-party");
    let python = environment.join("bin/python");
    let requirements = root().join(folder).join("requirements.txt");
    let installed = environment.join("requirements.txt");
    if fs::read(&installed).ok() != fs::read(&requirements).ok() {
        // Debian's Python has venv in a package of its own.
        if !Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment).status()?.success() {
            prerequisites::python_environments()?;
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        }
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements))?;
        fs::copy(&requirements, &installed)?;
    }
    let mut count = Count::default();
    for script in scripts.iter().filter(|file| file.extension().is_some_and(|ending| ending == "py")) {
        let gateway = Running::start()?;
        let succeeded = Command::new(&python)
            .arg(script)
            .args([&gateway.origin, "alice@owlery.example", "owlet"])
            .status()?
            .success();
        println!("{} {}", if succeeded { "ok    " } else { "FAILED" }, crate::workspace::shown(script));
        count.passed += u64::from(succeeded);
        count.failed += u64::from(!succeeded);
    }
    Ok(count)
}

/// A gateway on the sample organisation, stopped when it goes out of scope.
struct Running {
    child: Child,
    origin: String,
}

impl Running {
    fn start() -> Result<Self> {
        let program = root().join("target/debug/owletd");
        let data = root().join("target/third-party/data");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        run(Command::new(&program).arg("sample").arg("--data").arg(&data).stdout(Stdio::null()))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(&program)
            .arg("serve")
            .arg("--data")
            .arg(&data)
            .args(["--listen", &address.to_string()])
            // A script may be its own push service.
            .env("OWLET_PUSH__ALLOW_LOOPBACK", "true")
            .spawn()?;
        let running = Self { child, origin: format!("http://{address}") };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            if Instant::now() > deadline {
                bail!("owletd does not listen on {address}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is lost then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
