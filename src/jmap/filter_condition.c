#include <stdlib.h>
#include <string.h>

#include "jmap/arguments.h"
#include "jmap/filter_parser.h"
#include "jmap/filter_text.h"
#include "message/text.h"

enum { TEXT_MAX = 1024 * 1024 }; /* octets of one token, folded */

/* A property of FilterCondition, and what becomes of its value. */
struct property {
	const char *name;
	bool (*add)(struct filter_parser *p, const struct property *of,
		    const json_t *value, struct filter_node *parent);
	enum filter_kind kind;
	bool negated;
	enum search_key key; /* of a text */
	slice field;
};

/* A condition that takes a set of emails when it is evaluated. */
static struct filter_node *add_set(struct filter_parser *p, struct filter_node *parent,
				   enum filter_kind kind, int64_t number)
{
	struct filter_node *n;

	if (p->filter->sets++ == FILTER_SETS_MAX) {
		filter_refuse_size(p);
		return NULL;
	}
	n = filter_add_node(p, parent, kind);
	if (n) n->number = number;
	return n;
}

/* Where the condition goes: below a NOT, for what is said by negation. */
static struct filter_node *place_of(struct filter_parser *p, const struct property *of,
				    struct filter_node *parent)
{
	return of->negated ? filter_add_node(p, parent, FILTER_NOT) : parent;
}

static bool add_leaf(struct filter_parser *p, const struct property *of,
		     struct filter_node *parent, int64_t number)
{
	struct filter_node *place = place_of(p, of, parent);

	return place && add_set(p, place, of->kind, number);
}

static int64_t mailbox_number(const struct filter_parser *p, const json_t *id)
{
	slice in = json_text(id);
	int64_t number;

	if (!take_object_id(&in, OBJECT_MAILBOX, p->account, &number) || in.n) return -1;
	return number;
}

static bool add_mailbox(struct filter_parser *p, const struct property *of,
			const json_t *value, struct filter_node *parent)
{
	if (!json_is_string(value)) return filter_refuse_type(p, of->name);
	return add_leaf(p, of, parent, mailbox_number(p, value));
}

static int compare_numbers(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

bool filter_names_mailbox(const struct filter_node *n, int64_t mailbox)
{
	return bsearch(&mailbox, n->mailboxes, n->mailbox_count, sizeof(mailbox),
		       compare_numbers);
}

static bool add_other_mailboxes(struct filter_parser *p, const struct property *of,
				const json_t *value, struct filter_node *parent)
{
	size_t count = json_array_size(value);
	int64_t *list = arena_alloc_array(p->arena, count + 1, sizeof(*list));
	struct filter_node *n;

	if (!json_is_array(value)) return filter_refuse_type(p, of->name);
	if (!list) return filter_refuse_size(p);
	for (size_t i = 0; i < count; i++) {
		const json_t *id = json_array_get(value, i);

		if (!json_is_string(id)) return filter_refuse_type(p, of->name);
		list[i] = mailbox_number(p, id);
	}
	qsort(list, count, sizeof(*list), compare_numbers);
	n = add_set(p, parent, of->kind, 0);
	if (!n) return false;
	n->mailboxes = list;
	n->mailbox_count = (uint32_t)count;
	return true;
}

static bool add_date(struct filter_parser *p, const struct property *of,
		     const json_t *value, struct filter_node *parent)
{
	int64_t instant;

	if (!json_is_string(value) || !utc_date_parse(json_string_value(value), &instant))
		return filter_refuse_type(p, of->name);
	return add_leaf(p, of, parent, instant);
}

static bool add_size(struct filter_parser *p, const struct property *of,
		     const json_t *value, struct filter_node *parent)
{
	json_int_t size = json_integer_value(value);

	if (!json_is_integer(value) || size < 0) return filter_refuse_type(p, of->name);
	return add_leaf(p, of, parent, size);
}

static bool add_attachment(struct filter_parser *p, const struct property *of,
			   const json_t *value, struct filter_node *parent)
{
	struct property wanted = *of;

	if (!json_is_boolean(value)) return filter_refuse_type(p, of->name);
	wanted.negated = json_is_false(value);
	return add_leaf(p, &wanted, parent, 0);
}

static bool add_keyword(struct filter_parser *p, const struct property *of,
			const json_t *value, struct filter_node *parent)
{
	int64_t number;

	if (!json_is_string(value)) return filter_refuse_type(p, of->name);
	if (!filter_keyword(p->filter, p->arena, json_text(value), &number))
		return filter_refuse_size(p);
	return add_leaf(p, of, parent, number);
}

/* --- texts --- */

static struct search_node *add_search(struct filter_parser *p, struct search_node *parent,
				      enum search_key key)
{
	struct search_node *n = arena_alloc(p->arena, sizeof(*n));

	if (!n || p->filter->nodes++ == FILTER_NODES_MAX) {
		filter_refuse_size(p);
		return NULL;
	}
	n->key = key;
	n->next = parent->child;
	parent->child = n;
	return n;
}

static bool add_key(struct filter_parser *p, struct search_node *parent,
		    enum search_key key, slice field, slice folded)
{
	struct search_node *n = add_search(p, parent, key);
	bool is_text = key == SEARCH_BODY;

	if (!n) return false;
	if ((is_text && p->filter->texts++ == SEARCH_TEXTS_MAX) ||
	    (!is_text && p->filter->fields++ == SEARCH_FIELDS_MAX))
		return filter_refuse_size(p);
	n->name = field;
	n->text = folded;
	return true;
}

/* "text": what people see of a message, not all that its header says. */
static bool add_anywhere(struct filter_parser *p, struct search_node *parent,
			 slice folded)
{
	static const struct {
		enum search_key key;
		slice field;
	} places[] = {
		{ SEARCH_BODY, { 0 } },
		{ SEARCH_ADDRESS, SLICE_INIT("Bcc") },
		{ SEARCH_ADDRESS, SLICE_INIT("Cc") },
		{ SEARCH_ADDRESS, SLICE_INIT("To") },
		{ SEARCH_ADDRESS, SLICE_INIT("From") },
		{ SEARCH_SUBJECT, { 0 } },
	};
	struct search_node *any = add_search(p, parent, SEARCH_OR);

	for (size_t i = 0; any && i < countof(places); i++)
		if (!add_key(p, any, places[i].key, places[i].field, folded))
			return false;
	return any != NULL;
}

static bool fold(struct filter_parser *p, const struct filter_token *token, slice *ret)
{
	struct buf text, folded;
	bool ok;

	buf_init(&text, token->raw.n);
	buf_init(&folded, TEXT_MAX);
	filter_token_text(token, &text);
	text_fold(buf_slice(&text), &folded);
	ok = !folded.overflow && arena_copy(p->arena, buf_slice(&folded), ret);
	buf_done(&text);
	buf_done(&folded);
	return ok || filter_refuse_size(p);
}

/* All tokens have to be there. */
static bool add_tokens(struct filter_parser *p, const struct property *of, slice words,
		       slice field, struct search_node *all)
{
	struct filter_token token;
	slice folded;

	while (take_filter_token(&words, &token)) {
		if (!fold(p, &token, &folded)) return false;
		if (of->key == SEARCH_TEXT ? !add_anywhere(p, all, folded)
					   : !add_key(p, all, of->key, field, folded))
			return false;
	}
	return true;
}

static bool add_words(struct filter_parser *p, const struct property *of, slice words,
		      slice field, struct filter_node *parent)
{
	struct filter_node *n = filter_add_node(p, parent, FILTER_TEXT);

	if (!n) return false;
	n->has_text = true;
	n->property = of->name;
	n->text = arena_alloc(p->arena, sizeof(*n->text));
	if (!n->text || !arena_copy(p->arena, words, &n->words))
		return filter_refuse_size(p);
	n->text->key = SEARCH_AND;
	if (!add_tokens(p, of, words, field, n->text)) return false;
	/* No words: that there is such a field. */
	if (n->text->child || of->key != SEARCH_HEADER) return true;
	return add_key(p, n->text, SEARCH_HEADER, field, (slice){ 0 });
}

static bool add_text(struct filter_parser *p, const struct property *of,
		     const json_t *value, struct filter_node *parent)
{
	if (!json_is_string(value)) return filter_refuse_type(p, of->name);
	return add_words(p, of, json_text(value), of->field, parent);
}

static bool add_header(struct filter_parser *p, const struct property *of,
		       const json_t *value, struct filter_node *parent)
{
	const json_t *name = json_array_get(value, 0), *text = json_array_get(value, 1);
	size_t count = json_array_size(value);
	slice words = { 0 }, field;

	if (!json_is_array(value) || count < 1 || count > 2 || !json_is_string(name) ||
	    (text && !json_is_string(text)))
		return filter_refuse_type(p, of->name);
	if (text) words = json_text(text);
	if (!arena_copy(p->arena, json_text(name), &field)) return filter_refuse_size(p);
	return add_words(p, of, words, field, parent);
}

/* --- all of them --- */

/* clang-format off */
static const struct property properties[] = {
	{ "inMailbox",               add_mailbox,         FILTER_IN_MAILBOX },
	{ "inMailboxOtherThan",      add_other_mailboxes, FILTER_NOT_ONLY_IN },
	{ "before",                  add_date,            FILTER_BEFORE },
	{ "after",                   add_date,            FILTER_BEFORE, true },
	{ "minSize",                 add_size,            FILTER_SMALLER, true },
	{ "maxSize",                 add_size,            FILTER_SMALLER },
	{ "allInThreadHaveKeyword",  add_keyword,         FILTER_ALL_IN_THREAD },
	{ "someInThreadHaveKeyword", add_keyword,         FILTER_SOME_IN_THREAD },
	{ "noneInThreadHaveKeyword", add_keyword,         FILTER_SOME_IN_THREAD, true },
	{ "hasKeyword",              add_keyword,         FILTER_HAS_KEYWORD },
	{ "notKeyword",              add_keyword,         FILTER_HAS_KEYWORD, true },
	{ "hasAttachment",           add_attachment,      FILTER_HAS_ATTACHMENT },
	{ "text",    add_text,   FILTER_TEXT, false, SEARCH_TEXT },
	{ "from",    add_text,   FILTER_TEXT, false, SEARCH_ADDRESS, SLICE_INIT("From") },
	{ "to",      add_text,   FILTER_TEXT, false, SEARCH_ADDRESS, SLICE_INIT("To") },
	{ "cc",      add_text,   FILTER_TEXT, false, SEARCH_ADDRESS, SLICE_INIT("Cc") },
	{ "bcc",     add_text,   FILTER_TEXT, false, SEARCH_ADDRESS, SLICE_INIT("Bcc") },
	{ "subject", add_text,   FILTER_TEXT, false, SEARCH_SUBJECT },
	{ "body",    add_text,   FILTER_TEXT, false, SEARCH_BODY },
	{ "header",  add_header, FILTER_TEXT, false, SEARCH_HEADER },
};
/* clang-format on */

static const struct property *find_property(const char *name)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) return &properties[i];
	return NULL;
}

bool filter_add_property(struct filter_parser *p, const char *name, const json_t *value,
			 struct filter_node *parent)
{
	const struct property *of = find_property(name);

	if (!of)
		return query_refuse(p->fault, "unsupportedFilter",
				    "there is no condition \"%.60s\"", name);
	return of->add(p, of, value, parent);
}
