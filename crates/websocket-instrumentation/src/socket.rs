//! The wrapped socket: still a `Sink` and a `Stream`.

use std::fmt::Display;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_sink::Sink;
use pin_project_lite::pin_project;

use crate::sending::Sending;
use crate::{Incoming, Instrumentation, Message, Outbound};

pin_project! {
    /// A socket whose messages have spans.
    ///
    /// What is sent belongs to the context that is current while it is given to the sink; use [`Outbound`] where another
    /// task made it.  Its span ends when the sink has been flushed, so that a message that cannot be written is a span
    /// that failed.
    #[derive(Debug)]
    pub struct Instrumented<S> {
        #[pin]
        socket: S,
        instrumentation: Instrumentation,
        // Whether both ends have agreed that the context stands in front of payloads.
        agreed: bool,
        unwritten: Vec<Sending>,
    }
}

impl<S> Instrumented<S> {
    pub(crate) fn new(socket: S, instrumentation: Instrumentation, agreed: bool) -> Self {
        Self { socket, instrumentation, agreed, unwritten: Vec::new() }
    }

    /// Whether the context travels: both ends have the library, and said so in the handshake.
    pub fn propagates(&self) -> bool {
        self.agreed
    }

    /// The socket itself.
    pub fn get_ref(&self) -> &S {
        &self.socket
    }

    /// The socket itself, past the instrumentation: what is sent here has no span, and no context in front of it.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.socket
    }
}

impl<S, M, E> Stream for Instrumented<S>
where
    S: Stream<Item = Result<M, E>>,
    M: Message,
{
    type Item = Result<Incoming<M>, E>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let received = ready!(this.socket.poll_next(task));
        let incoming = |message| match this.instrumentation.recording() {
            Some(recording) => Incoming::open(message, recording, *this.agreed),
            None => Incoming::plain(message),
        };
        Poll::Ready(received.map(|message| message.map(incoming)))
    }
}

impl<S, M> Sink<M> for Instrumented<S>
where
    S: Sink<M, Error: Display>,
    M: Message,
{
    type Error = S::Error;

    fn poll_ready(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.project().socket.poll_ready(task)
    }

    fn start_send(self: Pin<&mut Self>, message: M) -> Result<(), S::Error> {
        Sink::<Outbound<M>>::start_send(self, message.into())
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        let this = self.project();
        let flushed = ready!(this.socket.poll_flush(task));
        Poll::Ready(settle(this.unwritten, flushed))
    }

    fn poll_close(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        let this = self.project();
        let closed = ready!(this.socket.poll_close(task));
        Poll::Ready(settle(this.unwritten, closed))
    }
}

impl<S, M> Sink<Outbound<M>> for Instrumented<S>
where
    S: Sink<M, Error: Display>,
    M: Message,
{
    type Error = S::Error;

    fn poll_ready(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.project().socket.poll_ready(task)
    }

    fn start_send(self: Pin<&mut Self>, outbound: Outbound<M>) -> Result<(), S::Error> {
        let this = self.project();
        let (message, sending) = match this.instrumentation.recording() {
            Some(recording) => outbound.open(recording, *this.agreed),
            None => (outbound.into_message(), None),
        };
        match this.socket.start_send(message) {
            Ok(()) => this.unwritten.extend(sending),
            Err(error) => {
                sending.into_iter().for_each(|sending| sending.failed(&error));
                return Err(error);
            }
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Sink::<M>::poll_flush(self, task)
    }

    fn poll_close(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Sink::<M>::poll_close(self, task)
    }
}

/// Ends the spans of what was given to the socket: all of it is written now, or none of it will be.
fn settle<E: Display>(unwritten: &mut Vec<Sending>, outcome: Result<(), E>) -> Result<(), E> {
    for sending in unwritten.drain(..) {
        match &outcome {
            Ok(()) => sending.written(),
            Err(error) => sending.failed(error),
        }
    }
    outcome
}
