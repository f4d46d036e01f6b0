//! The connections of the house: takes them, bounds them, closes them in order. HTTP/1.1, as a reverse proxy speaks it.
//!
//! poem's own server has no limit for the head of a request nor for the number of connections, turns in circles when
//! files run out, and holds twice the memory for each stream; its endpoints and requests are used as they are.
//!
//! Always true: a connection that asks nothing, stops in the middle of what it sends, or whose other end is gone or takes
//! nothing is closed after a time; so many are open at once, others wait in the system's queue, and files are left for the
//! house itself; when the house closes, what is under way may end for a while, and nothing new begins.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use poem::{
    Addr, Body, Endpoint as _, EndpointExt as _, IntoEndpoint, Request,
    endpoint::BoxEndpoint,
    http::{self, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use socket2::{SockRef, TcpKeepalive};
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
    /// A pause in what somebody sends, and in what they take of what is sent to them, is no longer.
    pub silence: Duration,
    /// How long requests under way may take to end when the house closes.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            head: Duration::from_secs(90),
            head_bytes: 32 * 1024,
            silence: Duration::from_secs(60),
            grace: Duration::from_secs(10),
        }
    }
}

/// Files that are not for connections: of the database, models, documents, the log.
const OTHERS: u64 = 256;
/// What an idle connection is asked after, to see whether its other end is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

impl Limits {
    /// With no more connections than this process may have files, of which as many are asked for as the system gives.
    ///
    /// # Errors
    /// The system does not say how many files there may be.
    pub fn of_system() -> io::Result<Self> {
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        // Refused: then it stays as it is.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
        let (files, _) = getrlimit(Resource::RLIMIT_NOFILE)?;
        let limits = Self::default();
        let connections = usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(limits.connections);
        Ok(Self { connections: connections.clamp(64, limits.connections), ..limits })
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
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a request ended its connection");
                }
            }
        }
    }
    drop(listener);
    if timeout(limits.grace, closing.shutdown()).await.is_err() {
        let open = limits.connections - places.available_permits();
        tracing::warn!(open, "connections are cut that did not end in time");
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
    let local = prepare(&stream, limits).and_then(|()| stream.local_addr());
    // Gone already.
    let Ok(local) = local else { return };
    let (local, remote) = (LocalAddr(Addr::SocketAddr(local)), RemoteAddr(Addr::SocketAddr(address)));
    let service = service_fn(move |request| {
        let app = app.clone();
        let request = patient(request, (local.clone(), remote.clone()), limits.silence);
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

fn prepare(stream: &TcpStream, limits: Limits) -> io::Result<()> {
    // Pieces of an answer are small, and leave at once.
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket
        .set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEP_ALIVE).with_interval(KEEP_ALIVE / 4).with_retries(3))?;
    // What is sent and not taken: of an end that is gone, or that lets nothing in.
    socket.set_tcp_user_timeout(Some(limits.silence))
}

/// The request, whose body ends with an error when nothing of it comes any more.
fn patient(request: http::Request<Incoming>, (local, remote): (LocalAddr, RemoteAddr), silence: Duration) -> Request {
    let is_empty = request.body().is_end_stream();
    let mut request: Request = (request, local, remote, Scheme::HTTP).into();
    if is_empty {
        return request;
    }
    let parts = stream::unfold(Some(Box::pin(request.take_body().into_bytes_stream())), move |parts| async move {
        let mut parts = parts?;
        match timeout(silence, parts.next()).await {
            Ok(part) => Some((part?, Some(parts))),
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), None)),
        }
    });
    request.set_body(Body::from_bytes_stream(parts));
    request
}

#[cfg(test)]
mod tests {
    use poem::{Route, get, handler, post};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
        task::JoinHandle,
        time::Instant,
    };

    use super::*;

    #[handler]
    async fn length(body: Vec<u8>) -> String {
        body.len().to_string()
    }

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
        let served = tokio::spawn(serve(
            listener,
            Route::new().at("/slow", get(slow)).at("/length", post(length)),
            limits,
            async {
                let _ = told.await;
            },
        ));
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
    async fn who_stops_in_the_middle_of_what_they_send_is_not_waited_for() {
        let house = house(Limits { silence: Duration::from_millis(200), ..Limits::default() }).await;
        let head = "POST /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 6\r\n\r\n";
        assert!(house.say(&format!("{head}abcdef")).await.ends_with('6'));
        let said = timeout(Duration::from_secs(5), house.say(&format!("{head}abc"))).await.expect("not for ever");
        assert!(!said.starts_with("HTTP/1.1 200"), "{said}");
    }

    #[test]
    fn there_are_no_more_connections_than_files() {
        let limits = Limits::of_system().expect("known");
        let (files, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("known");
        assert_eq!(files, most);
        assert!(limits.connections as u64 <= files);
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
