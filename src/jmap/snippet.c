/* SearchSnippet/get (RFC 8621 5.1) */
#include <string.h>

#include "jmap/arguments.h"
#include "jmap/email_filter.h"
#include "jmap/email_visible.h"
#include "jmap/filter_text.h"
#include "jmap/limits.h"
#include "jmap/methods.h"
#include "jmap/snippet_body.h"
#include "message/text.h"
#include "store/search_text.h"

enum {
	WORDS_MAX = SEARCH_TEXTS_MAX,     /* that are marked; a filter hardly has more */
	VIEW_ARENA_MAX = 4 * 1024 * 1024, /* octets of an email's texts and places */
};

/* What is there already; zeroed at first. */
struct snippets_done {
	size_t next; /* of emailIds */
	json_t *list, *not_found;
};

struct snippets {
	struct call *call;
	struct account *account;
	struct arena arena; /* the filter's */
	struct snippet_words subject, body;
	struct snippets_done *done;
};

/* --- the words of the filter --- */

static void add_word(struct snippets *s, struct snippet_words *words, slice text)
{
	struct buf folded;
	slice *word = &words->folded[words->count];

	if (words->count == WORDS_MAX) return;
	buf_init(&folded, text.n * TEXT_FOLD_GROWTH_MAX);
	text_fold(text, &folded);
	if (folded.n && arena_copy(&s->arena, buf_slice(&folded), word)) words->count++;
	buf_done(&folded);
}

static void add_words(struct snippets *s, struct snippet_words *words, slice text)
{
	struct filter_token token;
	struct buf word;

	buf_init(&word, text.n);
	while (take_filter_token(&text, &token)) {
		buf_reset(&word);
		filter_token_text(&token, &word);
		add_word(s, words, buf_slice(&word));
	}
	buf_done(&word);
}

static void add_condition(struct snippets *s, const struct filter_node *n)
{
	bool anywhere = !strcmp(n->property, "text");

	if (anywhere || !strcmp(n->property, "subject"))
		add_words(s, &s->subject, n->words);
	if (anywhere || !strcmp(n->property, "body")) add_words(s, &s->body, n->words);
}

/* What is denied is not looked for. At most FILTER_DEPTH_MAX deep. */
static void collect(struct snippets *s, const struct filter_node *n)
{
	if (n->kind == FILTER_TEXT) add_condition(s, n);
	if (n->kind == FILTER_NOT) return;
	for (const struct filter_node *child = n->child; child; child = child->next)
		collect(s, child);
}

static bool read_filter(struct snippets *s)
{
	json_t *json = json_object_get(call_arguments(s->call), "filter");
	int64_t account = call_user(s->call)->account;
	struct query_fault fault;
	struct email_filter filter;

	s->subject.folded = arena_alloc_array(&s->arena, WORDS_MAX, sizeof(slice));
	s->body.folded = arena_alloc_array(&s->arena, WORDS_MAX, sizeof(slice));
	if (!email_filter_parse(json, account, &s->arena, &filter, &fault)) {
		call_fail(s->call, fault.type, "%s", fault.text);
		return false;
	}
	collect(s, filter.root);
	return true;
}

/* --- one email --- */

static json_t *subject_snippet(struct snippets *s, slice subject)
{
	struct buf marked;

	buf_init(&marked, SIZE_MAX);
	if (snippet_mark_all(subject, &s->subject, &marked)) return json_buf(&marked);
	buf_done(&marked);
	return json_null();
}

static enum err body_snippet(struct snippets *s, int64_t email, json_t **ret)
{
	struct buf marked;
	enum err e = ERR_NONE;

	buf_init(&marked, SNIPPET_PREVIEW_MAX);
	if (s->body.count) e = snippet_of_body(s->account, email, &s->body, &marked);
	if (!e) *ret = marked.n ? json_slice(buf_slice(&marked)) : json_null();
	buf_done(&marked);
	return e;
}

static enum err add_email(struct snippets *s, int64_t number, const char *id,
			  struct arena *arena)
{
	struct email_view view;
	json_t *preview = NULL, *made;
	enum err e = email_view_get(s->account, number, COLUMN_HEADERS, arena, &view);

	if (!e && !email_is_visible(&view)) e = ERR_NOT_FOUND;
	if (!e) e = body_snippet(s, number, &preview);
	if (e) return e;
	made = json_object();
	json_object_set_new(made, "emailId", json_string(id));
	json_object_set_new(made, "subject", subject_snippet(s, view.subject));
	json_object_set_new(made, "preview", preview);
	json_array_append_new(s->done->list, made);
	call_reserve(s->call, json_dumpb(made, NULL, 0, JSON_COMPACT));
	return ERR_NONE;
}

static enum err add_id(struct snippets *s, const char *id)
{
	int64_t number = id_number(s->call, OBJECT_EMAIL, id);
	enum err e = ERR_NOT_FOUND;
	struct arena arena;

	arena_init(&arena, VIEW_ARENA_MAX);
	if (number >= 0) e = add_email(s, number, id, &arena);
	arena_done(&arena);
	if (e != ERR_NOT_FOUND) return e;
	json_array_append_new(s->done->not_found, json_string(id));
	return ERR_NONE;
}

/* --- the call --- */

static bool read_ids(struct call *c, json_t **ret)
{
	if (!argument_strings(c, "emailIds", ret)) return false;
	if (!*ret)
		call_fail(c, "invalidArguments", "\"emailIds\" is missing");
	else if (json_array_size(*ret) > JMAP_GET_MAX)
		call_fail(c, "requestTooLarge", "more than %d emails", JMAP_GET_MAX);
	return !call_has_failed(c);
}

static void respond(struct snippets *s)
{
	json_t *response = json_object(), *not_found = s->done->not_found;

	json_object_set(response, "accountId",
			json_object_get(call_arguments(s->call), "accountId"));
	json_object_set(response, "list", s->done->list);
	if (json_array_size(not_found))
		json_object_set(response, "notFound", not_found);
	else
		json_object_set_new(response, "notFound", json_null());
	call_respond(s->call, response);
}

/* As many as one slice gives, then again. */
static enum err add_all(struct snippets *s, const json_t *ids)
{
	struct snippets_done *d = s->done;
	enum err e = ERR_NONE;

	if (!d->list) d->list = json_array();
	if (!d->not_found) d->not_found = json_array();
	while (!e && d->next < json_array_size(ids) && !call_has_failed(s->call)) {
		e = add_id(s, json_string_value(json_array_get(ids, d->next++)));
		if (e || d->next == json_array_size(ids) || !call_is_late(s->call))
			continue;
		call_again(s->call);
		return ERR_NONE;
	}
	if (!e && !call_has_failed(s->call)) respond(s);
	return e;
}

static void free_done(void *state)
{
	struct snippets_done *d = state;

	json_decref(d->list);
	json_decref(d->not_found);
}

static enum err run(struct call *c, struct account *a)
{
	static const char *const names[] = { "accountId", "filter", "emailIds", NULL };
	struct snippets s = { .call = c, .account = a, .done = call_state(c) };
	json_t *ids = NULL;
	enum err e = ERR_NONE;

	if (!arguments_known(c, names) || !read_ids(c, &ids)) return ERR_NONE;
	arena_init(&s.arena, 2 * FILTER_ARENA_MAX);
	if (read_filter(&s)) e = add_all(&s, ids);
	arena_done(&s.arena);
	return e;
}

const struct method search_snippet_get = {
	.name = "SearchSnippet/get",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct snippets_done),
	.steps = { { .run = run, .level = JOB_READS } },
	.free = free_done,
};
