//! The connections of the house: takes them, bounds them, closes them in order. HTTP/1.1, as a reverse proxy speaks it.
//!
//! poem's own server has no limit for the head of a request nor for the number of connections, turns in circles when
//! files run out, and holds twice the memory for each stream; its endpoints and requests are used as they are.
//!
//! Always true: a connection that asks nothing is closed after a time; so many are open at once, others wait in the
//! system's queue; when the house closes, what is under way may end for a while, and nothing new begins.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use poem::{
    Addr, Endpoint as _, EndpointExt as _, IntoEndpoint,
    endpoint::BoxEndpoint,
    http::{self, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};

/// Bounds of the connections.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open at once: streams of open pages, and the requests of all.
    pub connections: usize,
    /// Until the head of a (next) request is there; longer than a proxy keeps an unused connection (nginx: 60 s), which
    /// then never sends a request to one that closes.
    pub head: Duration,
    /// Largest head, in bytes.
    pub head_bytes: usize,
    /// How long requests under way may take to end when the house closes.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            head: Duration::from_secs(90),
            head_bytes: 32 * 1024,
            grace: Duration::from_secs(10),
        }
    }
}

/// Pause when the system cannot open another connection: some will be closed meanwhile.
const FULL: Duration = Duration::from_millis(100);

type App = Arc<BoxEndpoint<'static>>;

/// Serves until `stop` is ready.
pub async fn serve<E>(listener: TcpListener, app: E, limits: Limits, stop: impl Future<Output = ()>)
where
    E: IntoEndpoint<Endpoint: 'static>,
{
    let app: App = Arc::new(app.map_to_response().boxed());
    let places = Arc::new(Semaphore::new(limits.connections));
    let (closing, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, address, place) = accept(&listener, &places) => {
                connections.spawn(connection(stream, address, place, app.clone(), limits, closing.watcher()));
            }
            // What has ended is forgotten.
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    if timeout(limits.grace, closing.shutdown()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections are cut that did not end in time");
    }
    connections.shutdown().await;
}

/// The next connection, when there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed: there always is a place, in the end.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, place),
            Err(error) if is_of_one(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(FULL).await;
            }
        }
    }
}

/// A connection that was gone before it was taken says nothing about the next.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    _place: Option<OwnedSemaphorePermit>,
    app: App,
    limits: Limits,
    closing: Watcher,
) {
    // Pieces of an answer are small, and leave at once.
    let local = stream.set_nodelay(true).and_then(|()| stream.local_addr());
    // Gone already.
    let Ok(local) = local else { return };
    let (local, remote) = (LocalAddr(Addr::SocketAddr(local)), RemoteAddr(Addr::SocketAddr(address)));
    let service = service_fn(move |request| {
        let (app, request) = (app.clone(), (request, local.clone(), remote.clone(), Scheme::HTTP).into());
        // Boxed: a connection whose answer is under way holds nothing of the request any more.
        Box::pin(async move { Ok::<http::Response<_>, Infallible>(app.get_response(request).await.into()) })
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = closing.watch(served).await {
        tracing::debug!(%error, %address, "a connection was cut");
    }
}

#[cfg(test)]
mod tests {
    use poem::{Route, get, handler};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
        task::JoinHandle,
        time::Instant,
    };

    use super::*;

    #[handler]
    async fn slow() -> &'static str {
        sleep(Duration::from_millis(300)).await;
        "over"
    }

    struct House {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        served: JoinHandle<()>,
    }

    async fn house(limits: Limits) -> House {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, told) = oneshot::channel();
        let served = tokio::spawn(serve(listener, Route::new().at("/slow", get(slow)), limits, async {
            let _ = told.await;
        }));
        House { address, stop, served }
    }

    impl House {
        /// Sends this and reads until the connection is closed.
        async fn say(&self, text: &str) -> String {
            let mut stream = TcpStream::connect(self.address).await.expect("a connection");
            stream.write_all(text.as_bytes()).await.expect("sent");
            let mut said = String::new();
            let _ = stream.read_to_string(&mut said).await;
            said
        }
    }

    const SLOW: &str = "GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_request_whose_head_does_not_come_is_not_waited_for() {
        let house = house(Limits { head: Duration::from_millis(200), ..Limits::default() }).await;
        let begun = Instant::now();
        let said = timeout(Duration::from_secs(5), house.say("GET /slow HTTP/1.1\r\nhost:")).await;
        assert!(said.is_ok() && begun.elapsed() >= Duration::from_millis(190), "{said:?}");
        assert!(house.say(SLOW).await.ends_with("over"));
    }

    #[tokio::test]
    async fn a_head_without_end_is_refused() {
        let house = house(Limits { head_bytes: 4_096, ..Limits::default() }).await;
        let said = house.say(&format!("GET /slow HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(8_000))).await;
        assert!(said.starts_with("HTTP/1.1 431"), "{said}");
    }

    #[tokio::test]
    async fn more_connections_than_places_wait_their_turn() {
        let house = house(Limits { connections: 1, ..Limits::default() }).await;
        let begun = Instant::now();
        let (one, other) = tokio::join!(house.say(SLOW), house.say(SLOW));
        assert!(one.ends_with("over") && other.ends_with("over"));
        assert!(begun.elapsed() >= Duration::from_millis(590), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn what_is_under_way_ends_when_the_house_closes_and_nothing_new_begins() {
        let House { address, stop, served } = house(Limits::default()).await;
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(SLOW.replace("close", "keep-alive").as_bytes()).await.expect("sent");
        sleep(Duration::from_millis(100)).await;
        stop.send(()).expect("told");
        let mut said = String::new();
        stream.read_to_string(&mut said).await.expect("read to its end");
        assert!(said.ends_with("over"), "{said}");
        served.await.expect("ended");
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn what_does_not_end_is_cut_after_the_grace() {
        let House { address, stop, served } =
            house(Limits { grace: Duration::from_millis(50), ..Limits::default() }).await;
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(SLOW.as_bytes()).await.expect("sent");
        sleep(Duration::from_millis(50)).await;
        stop.send(()).expect("told");
        served.await.expect("ended");
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said).await;
        assert!(said.is_empty(), "{said}");
    }
}
