//! The site map: what poem's `Route` does, and a list of all that is in it, so that a test can walk every route as
//! every role, and fails when a route is added without saying who may use it.

use poem::{IntoEndpoint, Route, RouteMethod, http::Method};

/// Pages by path.
#[derive(Default)]
pub struct Routes {
    route: Route,
    listed: Vec<(Method, &'static str)>,
}

/// Handlers of one path, by method.
#[derive(Default)]
pub struct Methods {
    route: RouteMethod,
    methods: Vec<Method>,
}

impl Routes {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the handlers of a path.
    #[must_use]
    pub fn at(mut self, path: &'static str, methods: Methods) -> Self {
        self.listed.extend(methods.methods.into_iter().map(|method| (method, path)));
        self.route = self.route.at(path, methods.route);
        self
    }

    /// Every (method, path), in the order of the rooms.
    pub fn listed(&self) -> &[(Method, &'static str)] {
        &self.listed
    }

    /// What serves them.
    pub fn into_route(self) -> Route {
        self.route
    }
}

/// Handles `GET` (and `HEAD`).
pub fn get<E: IntoEndpoint<Endpoint: 'static>>(endpoint: E) -> Methods {
    Methods { route: poem::get(endpoint), methods: vec![Method::GET] }
}

/// Handles `POST`.
pub fn post<E: IntoEndpoint<Endpoint: 'static>>(endpoint: E) -> Methods {
    Methods::default().post(endpoint)
}

impl Methods {
    /// And `POST`.
    #[must_use]
    pub fn post<E: IntoEndpoint<Endpoint: 'static>>(mut self, endpoint: E) -> Self {
        self.methods.push(Method::POST);
        self.route = self.route.post(endpoint);
        self
    }
}
