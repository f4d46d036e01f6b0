//! Where a request comes from: the client's address through trusted proxies only, and its cookies.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use poem::{Request, http::header};

/// The client's address. `X-Forwarded-For` counts only when the peer is a trusted proxy; then the right-most address
/// that is not itself a trusted proxy is the client: what stands left of it was written by the client.
pub fn client(req: &Request, trusted: &[IpAddr]) -> IpAddr {
    let peer =
        req.remote_addr().as_socket_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip().to_canonical());
    let forwarded = req.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    resolve(peer, forwarded, trusted)
}

fn resolve<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !trusted.contains(hop)).unwrap_or(peer)
}

/// What requests are counted under: the address, or its network in version 6, where one client has 2⁶⁴ addresses.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// The value of a cookie, if the request carries it.
pub fn cookie<'a>(req: &'a Request, name: &str) -> Option<&'a str> {
    req.headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_is_believed_only_from_a_trusted_proxy() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("address");
        let written_by_client_then_proxy = ["1.1.1.1, 8.8.4.4"];
        let seen = |peer| resolve(ip(peer), written_by_client_then_proxy.into_iter(), &[ip("10.0.0.2")]);
        assert_eq!(seen("10.0.0.2"), ip("8.8.4.4"));
        assert_eq!(seen("9.9.9.9"), ip("9.9.9.9"));
    }

    #[test]
    fn a_client_of_version_6_is_counted_by_its_network() {
        let network = |text: &str| network(text.parse().expect("address")).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let req = Request::builder().header("cookie", "a=1; nexus=xyz; b=2").finish();
        assert_eq!(cookie(&req, "nexus"), Some("xyz"));
        assert_eq!(cookie(&req, "nex"), None);
    }
}
