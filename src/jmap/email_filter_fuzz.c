/* A filter that was read is within its limits, and every node has what its kind asks for;
 * one that was not has a fault that says why. */
#include <stdlib.h>
#include <string.h>

#include "jmap/email_sort.h"
#include "jmap/filter_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ACCOUNT = 7 };

static void check(bool holds)
{
	if (!holds) abort();
}

/* --- what is read --- */

static uint32_t check_text(const struct search_node *n, uint32_t depth)
{
	uint32_t nodes = 1;

	check(depth <= SEARCH_DEPTH_MAX);
	if (n->key > SEARCH_NOT) check(!n->child && n->key >= SEARCH_HEADER);
	if (n->key == SEARCH_HEADER || n->key == SEARCH_ADDRESS) check(n->name.p != NULL);
	for (const struct search_node *c = n->child; c; c = c->next)
		nodes += check_text(c, depth + 1);
	return nodes;
}

static void check_mailboxes(const struct filter_node *n)
{
	for (uint32_t i = 1; i < n->mailbox_count; i++)
		check(n->mailboxes[i - 1] <= n->mailboxes[i]);
}

static uint32_t check_node(const struct email_filter *f, const struct filter_node *n,
			   uint32_t depth)
{
	uint32_t nodes = 1;

	if (n->kind > FILTER_NOT) check(!n->child);
	if (n->kind == FILTER_NOT) check(n->child && !n->child->next);
	if (n->kind >= FILTER_HAS_KEYWORD && n->kind < FILTER_TEXT)
		check(n->number >= 0 && n->number < f->keywords.count);
	if (n->kind == FILTER_BEFORE || n->kind == FILTER_HAS_ATTACHMENT)
		check(!n->mailboxes);
	check_mailboxes(n);
	if (n->kind == FILTER_TEXT) {
		check(n->has_text && n->property);
		nodes += check_text(n->text, depth);
	}
	for (const struct filter_node *c = n->child; c; c = c->next) {
		check(!c->has_text || n->has_text);
		nodes += check_node(f, c, depth + 1);
	}
	return nodes;
}

static void check_filter(json_t *json)
{
	struct query_fault fault = { 0 };
	struct email_filter f;
	struct email_sort s;
	struct arena arena;

	arena_init(&arena, FILTER_ARENA_MAX);
	if (email_filter_parse(json_object_get(json, "filter"), ACCOUNT, &arena, &f,
			       &fault)) {
		check(check_node(&f, f.root, 1) <= 2 * FILTER_NODES_MAX);
		if (email_sort_parse(json_object_get(json, "sort"), &f, &arena, &s,
				     &fault))
			check(s.count > 0 && s.count <= SORT_CRITERIA_MAX);
		else
			check(fault.type != NULL);
		check(f.keywords.count <= FILTER_SETS_MAX);
	} else {
		check(fault.type && memchr(fault.text, 0, sizeof(fault.text)));
	}
	arena_done(&arena);
}

/* --- words --- */

/* Tokens follow each other in the text, and only a phrase may be empty. */
static void check_words(slice text)
{
	const char *at = text.p;
	struct filter_token token;
	struct buf out;

	buf_init(&out, text.n);
	while (take_filter_token(&text, &token)) {
		check(token.raw.p >= at && token.raw.p + token.raw.n <= text.p);
		check(token.is_phrase || token.raw.n);
		at = token.raw.p + token.raw.n;
		buf_reset(&out);
		filter_token_text(&token, &out);
		check(!out.overflow && out.n <= token.raw.n);
	}
	check(!text.n);
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	json_t *json = json_loadb((const char *)data, n, JSON_DECODE_ANY, NULL);

	check_words((slice){ (const char *)data, n });
	if (json) check_filter(json);
	json_decref(json);
	return 0;
}
