//! `nexus serve`: opens the house as its server, serves until told to stop, closes in order.

use anyhow::Context as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::house::House;
use crate::{
    app, aria,
    config::Config,
    db::{self, cluster::Role, data_dir::DataDir},
    jobs,
    library::{self, jobs::ImportStarter},
    messaging::live,
    seed,
    web::{assets, server},
};

/// Serves until Ctrl-C or SIGTERM.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    start_log();
    let data = DataDir::open(&config.data_dir)?;
    let _lock = data.lock_for_server()?;
    let mut stop = Stop::new()?;
    let house = tokio::select! {
        house = House::open(config, Role::Server) => house?,
        () = stop.told() => return Ok(()),
    };
    let result = serve_house(&house, &mut stop).await;
    house.close().await?;
    result
}

async fn serve_house(house: &House, stop: &mut Stop) -> anyhow::Result<()> {
    prepare_database(house).await?;
    let config = &house.ctx.config;
    let (address, port) = config.bind;
    let listener = TcpListener::bind((address, port))
        .await
        .with_context(|| format!("Le port {port} n’est pas libre. Choisissez-en un autre avec PORT=…"))?;
    tokio::task::spawn_blocking(assets::prepare);
    jobs::enqueue_again(&mut *house.ctx.pool.acquire().await?, &ImportStarter::default()).await?;
    library::vectors::set_up(&house.ctx.pool, library::vectors::model(&house.ctx)).await;
    if let Err(error) = house.ctx.shelf.read(&house.ctx.pool).await {
        tracing::warn!(%error, "the library's words are read by the first search");
    }
    let workers = jobs::start(house.ctx.clone());
    let ears = live::listen(&house.ctx);
    let tutor = aria::start(&house.ctx);
    let calls = house.ctx.llm.start_writer();
    announce(house).await?;
    let limits = server::Limits::of_system().context("Le système ne dit pas combien de fichiers il permet")?;
    server::serve(listener, app(house.ctx.clone()), limits, async {
        stop.told().await;
        // Streams never end by themselves: open pages open them again when the server is back.
        house.ctx.live.close();
        tutor.stop().await;
    })
    .await;
    ears.abort();
    workers.stop().await;
    calls.stop().await;
    if let Err(error) = house.ctx.seen.store(&house.ctx.pool).await {
        tracing::warn!(%error, "sessions in use are renewed by their next requests");
    }
    Ok(())
}

/// The private cluster is ours: it is migrated, and filled the first time. A given database is left as it is.
async fn prepare_database(house: &House) -> anyhow::Result<()> {
    let pool = &house.ctx.pool;
    if house.cluster.is_some() {
        db::MIGRATOR.run(pool).await.context("Les migrations n’ont pas pu être appliquées")?;
        if house.ctx.config.demo && seed::is_empty(pool).await? {
            seed::demo(&house.ctx, &house.data).await?;
        }
        return Ok(());
    }
    let pending = db::pending_migrations(pool).await.context("La base de données ne répond pas")?;
    anyhow::ensure!(pending == 0, "{pending} migration(s) à appliquer : lancez d’abord « nexus migrate ».");
    Ok(())
}

/// What the operator needs to see, on the terminal.
async fn announce(house: &House) -> anyhow::Result<()> {
    if let Some(notice) = house.cluster.as_ref().and_then(|cluster| cluster.notice()) {
        println!("{notice}");
    }
    println!("\n  Nexus Réussite est ouvert : {}\n", house.ctx.config.public_url);
    super::print_demo_accounts(&house.data)
}

/// Ctrl-C or SIGTERM.
struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// JSON lines on standard error; `RUST_LOG` as usual.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx::query=warn"));
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(std::io::stderr);
    // Only a second call in one process can fail, and then the log runs already.
    let _ = log.try_init();
}
