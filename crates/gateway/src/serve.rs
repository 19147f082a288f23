//! Listening: HTTP/1.1 and HTTP/2, with or without TLS, the metrics beside it, and stopping without cutting
//! anybody off.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::signature::Signer;
use crate::state::AppState;

/// How long requests may take to end once the gateway is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How often commits of other processes are looked for.
const WATCH: Duration = Duration::from_millis(250);

/// Serves until the process is told to stop.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let recorder = install_metrics(&config)?;
    let key = prepare(&config)?;
    let store = Store::open(&config.data)
        .await
        .with_context(|| format!("cannot open the data in {}", config.data.display()))?;
    let state = AppState::new(store, config.clone(), key);
    let app = crate::router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();

    let listener = std::net::TcpListener::bind(config.listen)
        .with_context(|| format!("cannot listen on {} (listen)", config.listen))?;
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone()));
    let metrics = serve_metrics(&config, recorder).await?;
    let background = crate::delivery::start(&state);
    let pushing = crate::push::start(&state);
    let watcher = tokio::spawn(watch(state.store.clone()));
    tracing::info!(listen = %config.listen, origin = config.origin(), "serving");

    if let (Some(cert), Some(key)) = (&config.tls.cert, &config.tls.key) {
        let tls = RustlsConfig::from_pem_file(cert, key)
            .await
            .with_context(|| format!("cannot use the certificate {} with the key {}", cert.display(), key.display()))?;
        axum_server::from_tcp_rustls(listener, tls)?.handle(handle).serve(app).await?;
    } else {
        axum_server::from_tcp(listener)?.handle(handle).serve(app).await?;
    }
    drop((background, pushing));
    watcher.abort();
    drop(metrics);
    tracing::info!("stopped");
    Ok(())
}

/// The folder for data, and the key that signs addresses.
pub fn prepare(config: &Config) -> anyhow::Result<[u8; 32]> {
    // A second time is no error: then it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
        .recursive(true)
        .create(&config.data)
        .with_context(|| format!("cannot make the folder {} (data)", config.data.display()))?;
    let file = config.data.join("key");
    Signer::load_key(&file).with_context(|| format!("cannot read or make {}", file.display()))
}

/// Has push hear of what commands beside the server change.
async fn watch(store: Store) {
    if let Err(error) = store.watch(WATCH).await {
        tracing::error!(%error, "changes by other processes are not pushed any more");
    }
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    wait_for_signal().await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
}

/// Returns when the process is asked to end: Ctrl+C or SIGTERM.
pub async fn wait_for_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn install_metrics(config: &Config) -> anyhow::Result<Option<PrometheusHandle>> {
    if config.metrics.listen.is_none() {
        return Ok(None);
    }
    let buckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
    Ok(Some(PrometheusBuilder::new().set_buckets(&buckets)?.install_recorder()?))
}

/// `/metrics`, on a port of its own, so that the world does not read it.
async fn serve_metrics(config: &Config, recorder: Option<PrometheusHandle>) -> anyhow::Result<JoinSet<()>> {
    let mut serving = JoinSet::new();
    let (Some(address), Some(recorder)) = (config.metrics.listen, recorder) else { return Ok(serving) };
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} (metrics.listen)"))?;
    let render = move || {
        recorder.run_upkeep();
        std::future::ready(recorder.render())
    };
    serving.spawn(async move {
        if let Err(error) = axum::serve(listener, Router::new().route("/metrics", get(render))).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    });
    Ok(serving)
}
