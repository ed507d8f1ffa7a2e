//! The variables that each service reads, as its own code declares them.

use telemetry::{Environment, Parser, Settings, Variable};

type Read = fn(&mut Parser<'_>);

const SERVICES: [(&str, Read); 4] = [
    ("items", |parser| drop(items::config::Config::read(parser))),
    ("redis-subscriber", |parser| drop(redis_subscriber::config::Config::read(parser))),
    ("remote-users", |parser| drop(remote_users::config::Config::read(parser))),
    ("users", |parser| drop(users::config::Config::read(parser))),
];

/// Each service with its variables, including those of the telemetry crate.
pub(crate) fn variables() -> Vec<(&'static str, Vec<Variable>)> {
    // With the remote sampler a service reads the most variables: the address of Jaeger as well.
    let environment = Environment::from([("OTEL_TRACES_SAMPLER", "jaeger_remote")]);
    let of = |(service, read): (&'static str, Read)| {
        let mut parser = environment.parser();
        read(&mut parser);
        drop(Settings::read(&mut parser));
        (service, parser.variables().to_vec())
    };
    SERVICES.map(of).into()
}
