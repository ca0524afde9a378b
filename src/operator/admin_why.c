#include "operator/admin_why.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "actor/errand.h"
#include "base/arena.h"
#include "base/container.h"
#include "queue/listing.h"
#include "server/tracing.h"

/*
 * First the records that the name given leads to: they tell the ids, numbers and
 * destinations of the message, which then lead to the rest. What happened to a
 * destination concerns it from its coming to its leaving only.
 */

enum {
	EVENTS_MAX = 2000,
	EVENT_ARENA_MAX = 16 * 1024 * 1024,
	NAMES_MAX = 32, /* of each kind */
};

struct search {
	struct arena arena;
	struct event events[EVENTS_MAX];
	uint32_t count;
	bool is_cut;
	int64_t until_ms; /* of events that are looked for now */
	slice ids[NAMES_MAX], destinations[NAMES_MAX];
	int64_t numbers[NAMES_MAX], waiting[NAMES_MAX];
	uint32_t id_count, destination_count, number_count, waiting_count;
};

/* ---- events ---- */

static bool is_known(const struct search *s, const struct record *r)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->events[i].at_ms == r->at_ms &&
		    slice_eq(s->events[i].text, r->json))
			return true;
	return false;
}

static bool take_event(void *context, const struct record *r)
{
	struct search *s = context;
	struct event *e = &s->events[s->count];

	if (r->at_ms > s->until_ms || is_known(s, r)) return true;
	if (s->count == EVENTS_MAX || !arena_copy(&s->arena, r->json, &e->text)) {
		s->is_cut = true;
		return false;
	}
	e->json = json_loadb(e->text.p, e->text.n, 0, NULL);
	if (!e->json) return true; /* damaged on disk */
	e->at_ms = r->at_ms;
	s->count++;
	return true;
}

static int compare_events(const void *a, const void *b)
{
	const struct event *one = a, *other = b;

	if (one->at_ms != other->at_ms) return one->at_ms < other->at_ms ? -1 : 1;
	return one->text.p < other->text.p ? -1 : 1; /* as they were found */
}

static void sort_events(struct search *s)
{
	qsort(s->events, s->count, sizeof(*s->events), compare_events);
}

/* ---- names that events tell ---- */

static slice text_of(const json_t *value)
{
	if (!json_is_string(value)) return (slice){ 0 };
	return (slice){ json_string_value(value), json_string_length(value) };
}

static void note_name(slice *list, uint32_t *count, slice name)
{
	if (name.n == 0 || *count == NAMES_MAX) return;
	for (uint32_t i = 0; i < *count; i++)
		if (slice_eq(list[i], name)) return;
	list[(*count)++] = name;
}

static void note_number(struct search *s, const json_t *value)
{
	int64_t number = json_integer_value(value);

	if (!number || s->number_count == NAMES_MAX) return;
	for (uint32_t i = 0; i < s->number_count; i++)
		if (s->numbers[i] == number) return;
	s->numbers[s->number_count++] = number;
}

static void note_names(struct search *s, const json_t *event)
{
	const json_t *list = json_object_get(event, "destinations");

	note_name(s->ids, &s->id_count, text_of(json_object_get(event, "id")));
	note_number(s, json_object_get(event, "message"));
	for (size_t i = 0; i < json_array_size(list); i++)
		note_name(s->destinations, &s->destination_count,
			  text_of(json_array_get(list, i)));
}

/* ---- the queue ---- */

struct question {
	struct job job;
	struct search *search;
};

static bool ignore(void *, const struct queue_message *)
{
	return true;
}

static enum err look_into_queue(struct job *j, struct queue *q)
{
	struct search *s = CONTAINER_OF(j, struct question, job)->search;

	s->waiting_count = 0;
	for (uint32_t i = 0; i < s->number_count; i++) {
		enum err e = queue_find(q, s->numbers[i], ignore, NULL);

		if (e && e != ERR_NOT_FOUND) return e;
		if (!e) s->waiting[s->waiting_count++] = s->numbers[i];
	}
	return ERR_NONE;
}

static enum err find_waiting(const struct admin *a, struct search *s)
{
	struct question q = { .job = { .account = JOB_QUEUE,
				       .level = JOB_READS,
				       .run_queue = look_into_queue },
			      .search = s };

	return errand_run(a->store, a->actors, &q.job);
}

/* ---- the search ---- */

static enum err find_by(struct recorder *r, struct search *s, char kind, slice name,
			int64_t since_ms)
{
	struct record_keys keys = { .count = 0 };

	record_key_add(&keys, kind, name);
	return recorder_find(r, &keys, since_ms, take_event, s);
}

/* A Message-ID, an id of ours, or a number of the queue. */
static enum err find_first(struct recorder *r, struct search *s, slice name)
{
	struct record_keys keys = { .count = 0 };

	record_key_add(&keys, KEY_ID, name);
	record_key_add(&keys, KEY_QUEUE, name);
	record_key_add(&keys, KEY_MESSAGE_ID, name);
	s->until_ms = INT64_MAX;
	return recorder_find(r, &keys, 0, take_event, s);
}

static enum err find_number(struct recorder *r, struct search *s, int64_t number)
{
	struct buf text;
	enum err e;

	buf_init(&text, 24);
	buf_addf(&text, "%lld", (long long)number);
	e = find_by(r, s, KEY_QUEUE, buf_slice(&text), 0);
	buf_done(&text);
	return e;
}

/* All that tell of the message itself; each may tell another name of it. */
static enum err find_own(struct recorder *r, struct search *s)
{
	uint32_t ids = 0, numbers = 0, noted = 0;
	enum err e = ERR_NONE;

	do {
		for (; noted < s->count; noted++)
			note_names(s, s->events[noted].json);
		while (!e && ids < s->id_count)
			e = find_by(r, s, KEY_ID, s->ids[ids++], 0);
		while (!e && numbers < s->number_count)
			e = find_number(r, s, s->numbers[numbers++]);
	} while (!e && noted < s->count);
	return e;
}

static enum err find_of_destinations(struct recorder *r, struct search *s)
{
	int64_t since_ms;
	enum err e = ERR_NONE;

	if (s->count == 0) return ERR_NONE;
	sort_events(s);
	since_ms = s->events[0].at_ms;
	if (!s->waiting_count) s->until_ms = s->events[s->count - 1].at_ms;
	for (uint32_t i = 0; i < s->destination_count && !e; i++)
		e = find_by(r, s, KEY_DESTINATION, s->destinations[i], since_ms);
	sort_events(s);
	return e;
}

static enum err find_all(const struct admin *a, struct recorder *r, struct search *s,
			 slice name)
{
	enum err e = find_first(r, s, name);

	if (!e) e = find_own(r, s);
	if (!e && s->number_count) e = find_waiting(a, s);
	return e ? e : find_of_destinations(r, s);
}

/* ---- the request ---- */

static enum cli_status tell(const struct search *s, const struct admin_request *r)
{
	const struct story story = { .events = s->events,
				     .count = s->count,
				     .waiting = s->waiting,
				     .waiting_count = s->waiting_count,
				     .is_cut = s->is_cut };

	if (s->count == 0) {
		buf_addf(r->fault,
			 "nothing is known of %.*s: give its Message-ID, the id of a "
			 "Received field or a number of `postroom queue list`; what came "
			 "before [trace] keep-days, or was refused before its content, "
			 "is not kept",
			 FMT(r->words[0]));
		return CLI_FAULT;
	}
	if (r->json)
		story_print_json(&story, r->out);
	else
		story_print(&story, r->out);
	if (!r->out->overflow) return CLI_DONE;
	buf_add(r->fault, S("the story is too long"));
	return CLI_FAULT;
}

static enum cli_status search(const struct admin *a, struct recorder *recorder,
			      const struct admin_request *r)
{
	struct search *s = calloc(1, sizeof(*s));
	slice name = slice_trim(r->words[0]);
	enum cli_status status;
	enum err e;

	assert(s);
	if (take_char(&name, '<')) name = slice_head(name, slice_find_char(name, '>'));
	arena_init(&s->arena, EVENT_ARENA_MAX);
	e = find_all(a, recorder, s, name);
	status = e ? admin_failed(r, e, r->words[0]) : tell(s, r);
	for (uint32_t i = 0; i < s->count; i++)
		json_decref((json_t *)(uintptr_t)s->events[i].json);
	arena_done(&s->arena);
	free(s);
	return status;
}

enum cli_status admin_why(const struct admin *a, const struct admin_request *r)
{
	struct recorder *own = NULL;
	enum cli_status status;

	if (a->tracing) return search(a, tracing_recorder(a->tracing), r);
	if (a->actors) {
		buf_add(r->fault, S("nothing is kept: [trace] keep-days is 0, or the log "
				    "says why"));
		return CLI_FAULT;
	}
	if (recorder_open(a->store, &own)) {
		buf_add(r->fault,
			S("trace.db cannot be opened; the line above says why"));
		return CLI_FAULT;
	}
	status = search(a, own, r);
	recorder_close(own);
	return status;
}
