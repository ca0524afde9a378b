#include "queue/listing.h"

static const slice state_names[] = {
	[RECIPIENT_QUEUED] = SLICE_INIT("queued"),
	[RECIPIENT_SENDING] = SLICE_INIT("sending"),
	[RECIPIENT_HELD] = SLICE_INIT("held"),
	[RECIPIENT_DELIVERED] = SLICE_INIT("delivered"),
	[RECIPIENT_FAILED] = SLICE_INIT("failed"),
	[RECIPIENT_EXPIRED] = SLICE_INIT("expired"),
};

slice recipient_state_name(enum recipient_state s)
{
	return (size_t)s < countof(state_names) ? state_names[s] : S("unknown");
}

static void write_string(struct json_writer *w, slice key, slice value)
{
	json_write_key(w, key);
	json_write_string(w, value);
}

static void write_int(struct json_writer *w, slice key, int64_t value)
{
	json_write_key(w, key);
	json_write_int(w, value);
}

/* 0 stands for never. */
static void write_date(struct json_writer *w, slice key, int64_t instant)
{
	json_write_key(w, key);
	if (instant)
		json_write_date(w, instant);
	else
		json_write_null(w);
}

static void write_flag(struct json_writer *w, slice key, bool value)
{
	json_write_key(w, key);
	json_write_bool(w, value);
}

void queue_message_json(const struct queue_message *m, struct json_writer *w)
{
	const struct queue_envelope *v = &m->envelope;

	json_write_object_begin(w);
	write_int(w, S("message"), m->id);
	write_string(w, S("id"), v->trace_id);
	write_string(w, S("from"), v->reverse_path);
	write_string(w, S("login"), v->login);
	write_string(w, S("envelopeId"), v->envelope_id);
	write_int(w, S("size"), (int64_t)m->size);
	write_int(w, S("priority"), v->priority);
	write_date(w, S("received"), v->received);
	write_date(w, S("releaseAt"), v->release_at);
	write_flag(w, S("eightBit"), v->flags & MESSAGE_8BIT);
	write_flag(w, S("utf8"), v->flags & MESSAGE_UTF8);
	write_flag(w, S("binary"), v->flags & MESSAGE_BINARY);
	write_flag(w, S("tlsOptional"), v->flags & MESSAGE_TLS_OPTIONAL);
	write_flag(w, S("requireTls"), v->flags & MESSAGE_REQUIRE_TLS);
	json_write_object_end(w);
}

static void write_reply(const struct queue_reply *r, struct json_writer *w)
{
	json_write_object_begin(w);
	write_int(w, S("code"), r->code);
	write_string(w, S("status"), r->status);
	write_string(w, S("text"), r->text);
	write_string(w, S("remote"), r->remote);
	json_write_object_end(w);
}

void queue_recipient_json(const struct queue_recipient *r, struct json_writer *w)
{
	json_write_object_begin(w);
	write_int(w, S("number"), r->number);
	write_string(w, S("to"), r->target.address);
	write_string(w, S("destination"), r->target.destination);
	write_string(w, S("state"), recipient_state_name(r->state));
	write_int(w, S("attempts"), r->attempts);
	write_date(w, S("lastAttempt"), r->last_attempt);
	write_date(w, S("nextAttempt"),
		   r->state == RECIPIENT_QUEUED ? r->next_attempt : 0);
	json_write_key(w, S("reply"));
	if (r->last_attempt)
		write_reply(&r->reply, w);
	else
		json_write_null(w);
	json_write_object_end(w);
}
