// Starts the app: what must be there before its first line runs, then the app, then a page that says so if it can't.
// Trunk writes the hashed names into <meta name="owlet-app">; nothing here is inline, so the content policy holds.

// Leptos sets static pieces of its own templates through innerHTML. Under `require-trusted-types-for 'script'`
// that needs a default policy. It lets markup through and stops whatever could run.
const RUNS = /<\s*(?:script|iframe|object|embed|base|meta|link|style|frame|portal)\b|\son[a-z]+\s*=|javascript\s*:|\bsrcdoc\s*=/i;
const WORKER = /^\/photo_worker[\w-]*_loader\.js$/;

if (globalThis.trustedTypes?.createPolicy) {
  trustedTypes.createPolicy("default", {
    createHTML(html) {
      if (RUNS.test(html)) throw new TypeError("Refused markup that could run");
      return html;
    },
    createScriptURL(text) {
      const url = new URL(text, location.origin);
      if (url.origin === location.origin && WORKER.test(url.pathname)) return url.href;
      throw new TypeError("Refused a script address");
    },
  });
}

// The person's own choice of look, before anything is drawn in the wrong one. ui/appearance.rs writes these keys.
function applyAppearance() {
  const root = document.documentElement;
  try {
    const scheme = localStorage.getItem("owlet.scheme");
    if (scheme === "light" || scheme === "dark") {
      root.dataset.scheme = scheme;
      for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
        meta.media = meta.dataset.for === scheme ? "all" : "not all";
      }
    }
    const density = localStorage.getItem("owlet.density");
    if (density === "compact") root.dataset.density = density;
  } catch {
    // Storage is off: the system's look it is.
  }
}

function showFailure(kind, reason) {
  document.querySelector("[data-skeleton]")?.remove();
  const page = document.querySelector(`template[data-${kind}]`).content.cloneNode(true);
  const button = page.querySelector("button");
  button.addEventListener("click", () => location.reload());
  page.querySelector(".empty-state__reference").textContent = reason instanceof Error ? reason.message : String(reason);
  document.body.append(page);
  // The focus must not stay in a page that no longer answers.
  button.focus();
}

// The app's wasm stops where it would have to go on wrongly (a panic is a trap there). Nothing in it can say so any more,
// so it is said here, once; what was written is kept by then.
let stopped = false;
function watch(event) {
  const reason = event.error ?? event.reason;
  if (!(reason instanceof WebAssembly.RuntimeError) || stopped) return;
  stopped = true;
  showFailure("stopped", reason);
}
addEventListener("error", watch);
addEventListener("unhandledrejection", watch);

// Who is signed in, asked for while the app is on its way (client/owlet.rs takes the answer). What the last visit left
// (session/memory.rs) says it sooner.
function askWho() {
  try {
    if (localStorage.getItem("owlet.session")) return;
  } catch {
    // Storage is off: then there is nobody to know.
  }
  globalThis.owletBeginning = fetch("/owlet/session").then((answer) => (answer.ok ? answer.text() : null), () => null);
}

// The first use of Intl reads the language's data, some 20 ms: done while the app is on its way.
function warmUp() {
  new Intl.DateTimeFormat(navigator.languages, { hour: "numeric", minute: "2-digit" }).format(0);
}

applyAppearance();
askWho();
try {
  const { js, wasm } = document.querySelector('meta[name="owlet-app"]').dataset;
  const app = await import(js);
  const started = app.default({ module_or_path: wasm });
  warmUp();
  await started;
} catch (reason) {
  console.error(reason);
  showFailure("start-failed", reason);
}
