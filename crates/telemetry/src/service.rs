//! The identity of a service, for its OpenTelemetry resource.

/// Name and version of a service.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// `service.name`, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` sets another name.
    pub name: &'static str,
    /// `service.version`: the version of the service's crate.
    pub version: &'static str,
}
