/*
 * tracing.h - tells the recorder what happens to messages, for `postroom why`
 *
 * Few calls, each at the place where all is known at once, so that a mail costs one
 * record when it comes and one for each attempt to carry it on:
 *
 *   trace_message.c    it came, what was found out about it, and what we answered
 *   trace_delivery.c   an attempt, a server out of reach, a report to its sender
 *   trace_operator.c   somebody held, released or deleted it
 *
 * A record is an object of JSON: "at", "event", and what the event has. Where nothing is
 * kept (a sandbox, [trace] keep-days = 0) the calls do nothing.
 */
#pragma once

#include "base/json_writer.h"
#include "trace/recorder.h"

struct server;
struct tracing;

/* NULL where nothing is to be kept, or the file cannot be opened: that is logged, and no
 * reason not to serve. */
struct tracing *tracing_new(struct server *s);
/* After the workers have ended, before the store; writes what waits. NULL is fine. */
void tracing_free(struct tracing *t);
struct recorder *tracing_recorder(struct tracing *t);

/* A record that is being made. On the stack; t is not NULL. Any thread. */
struct trace_event {
	struct tracing *all;
	int64_t at_ms;
	struct record_keys keys;
	struct buf octets;
	struct json_writer json;
};

void trace_event_begin(struct trace_event *e, struct tracing *t, slice name);
/* A field each; an empty text is left out. */
void trace_event_text(struct trace_event *e, slice name, slice value);
void trace_event_number(struct trace_event *e, slice name, int64_t value);
/* A text that is also a key. */
void trace_event_key(struct trace_event *e, slice name, char kind, slice value);
void trace_event_queue_id(struct trace_event *e, int64_t message); /* 0: none */
void trace_event_end(struct trace_event *e);
