//! The wrapped socket, which is still a `Sink` and a `Stream`.

use std::fmt::Display;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_sink::Sink;
use pin_project_lite::pin_project;

use crate::instrumentation::Instrumentation;
use crate::message::Message;
use crate::receiving::Incoming;
use crate::sending::{Outbound, Sending};

pin_project! {
    /// A socket whose messages are recorded as spans.
    ///
    /// The span of a sent message is a child of the span that is current when the message is passed to the sink; use
    /// [`Outbound`] if another task created the message. The span ends when the sink is flushed, so it fails if the
    /// message cannot be written.
    #[derive(Debug)]
    pub struct Instrumented<S> {
        #[pin]
        socket: S,
        instrumentation: Instrumentation,
        // True if both ends agreed to put the context before each payload.
        agreed: bool,
        unwritten: Vec<Sending>,
    }
}

impl<S> Instrumented<S> {
    pub(crate) fn new(socket: S, instrumentation: Instrumentation, agreed: bool) -> Self {
        Self { socket, instrumentation, agreed, unwritten: Vec::new() }
    }

    /// Returns whether the context is propagated: both ends agreed to it in the handshake.
    pub fn propagates(&self) -> bool {
        self.agreed
    }

    /// Returns the wrapped socket.
    pub fn get_ref(&self) -> &S {
        &self.socket
    }

    /// Returns the wrapped socket for direct use. Messages that are sent through it get no span and no context, and a
    /// peer that agreed to the extension receives them without a block.
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

/// Ends the spans of all messages that were passed to the socket: either all of them are written now, or none of them
/// will be.
fn settle<E: Display>(unwritten: &mut Vec<Sending>, result: Result<(), E>) -> Result<(), E> {
    for sending in unwritten.drain(..) {
        match &result {
            Ok(()) => sending.written(),
            Err(error) => sending.failed(error),
        }
    }
    result
}
