/* The plain evaluation: every condition is asked of every email. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jmap/arguments.h"
#include "jmap/search_model_test.h"

static bool can_be_seen(const struct model_email *e)
{
	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++)
		if (e->in[i]) return true;
	return false;
}

static bool is_listed(const struct model *m, uint32_t at, const json_t *list)
{
	json_t *id = model_mailbox_id(m, at), *item;
	bool found = false;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, item) found |=
		json_equal(id, item);
	json_decref(id);
	return found;
}

static bool is_in(const struct model *m, const struct model_email *e, const json_t *id)
{
	json_t *list = json_pack("[O]", id);
	bool found = false;

	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++)
		found |= e->in[i] && is_listed(m, i, list);
	json_decref(list);
	return found;
}

static bool is_elsewhere(const struct model *m, const struct model_email *e,
			 const json_t *list)
{
	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++)
		if (e->in[i] && !is_listed(m, i, list)) return true;
	return false;
}

static bool has_keyword(const struct model_email *e, const char *name)
{
	for (uint32_t i = 0; i < MODEL_KEYWORDS; i++)
		if (!strcasecmp(model_keywords[i], name)) return e->has[i];
	return false;
}

static void count_thread(const struct model *m, const struct model_email *e,
			 const char *keyword, uint32_t *ret_with, uint32_t *ret_without)
{
	*ret_with = *ret_without = 0;
	for (uint32_t i = 0; i < m->count; i++) {
		const struct model_email *other = &m->emails[i];

		if (other->thread != e->thread || !can_be_seen(other)) continue;
		if (has_keyword(other, keyword))
			++*ret_with;
		else
			++*ret_without;
	}
}

static bool all_in_thread(const struct model *m, const struct model_email *e,
			  const char *keyword)
{
	uint32_t with, without;

	count_thread(m, e, keyword, &with, &without);
	return !without;
}

static bool some_in_thread(const struct model *m, const struct model_email *e,
			   const char *keyword)
{
	uint32_t with, without;

	count_thread(m, e, keyword, &with, &without);
	return with;
}

static bool holds(const char *text, const char *needle, size_t n)
{
	for (; *text; text++)
		if (!strncasecmp(text, needle, n)) return true;
	return n == 0;
}

/* Words, or one phrase in quotes. */
static bool have_words(const char *const *texts, const char *words)
{
	while (*words) {
		size_t n = words[0] == '"' ? strlen(words) - 2 : strcspn(words, " ");
		bool found = false;

		for (size_t i = 0; texts[i]; i++)
			found |= holds(texts[i], words + (words[0] == '"'), n);
		if (!found) return false;
		if (words[0] == '"') return true;
		words += n + (words[n] == ' ');
	}
	return true;
}

static bool has_text(const struct model_email *e, const char *name, const json_t *value)
{
	const struct {
		const char *name, *texts[6];
	} fields[] = {
		{ "text", { e->from, e->to, e->cc, e->subject, e->body } },
		{ "from", { e->from } },
		{ "to", { e->to } },
		{ "cc", { e->cc } },
		{ "subject", { e->subject } },
		{ "body", { e->body } },
	};

	for (size_t i = 0; i < countof(fields); i++)
		if (!strcmp(fields[i].name, name))
			return have_words(fields[i].texts, json_string_value(value));
	fail();
	return false;
}

static bool has_header(const struct model_email *e, const json_t *value)
{
	const char *subject[] = { e->subject, NULL };
	const json_t *words = json_array_get(value, 1);

	if (!words) return e->cc[0];
	return have_words(subject, json_string_value(words));
}

static int64_t date_of(const json_t *value)
{
	int64_t instant = 0;

	CHECK(utc_date_parse(json_string_value(value), &instant));
	return instant;
}

static bool is_condition(const struct model *m, const struct model_email *e,
			 const char *name, const json_t *value)
{
	const char *text = json_string_value(value);
	uint64_t number = (uint64_t)json_integer_value(value);

	if (!strcmp(name, "inMailbox")) return is_in(m, e, value);
	if (!strcmp(name, "inMailboxOtherThan")) return is_elsewhere(m, e, value);
	if (!strcmp(name, "before")) return e->received < date_of(value);
	if (!strcmp(name, "after")) return e->received >= date_of(value);
	if (!strcmp(name, "minSize")) return e->size >= number;
	if (!strcmp(name, "maxSize")) return e->size < number;
	if (!strcmp(name, "allInThreadHaveKeyword")) return all_in_thread(m, e, text);
	if (!strcmp(name, "someInThreadHaveKeyword")) return some_in_thread(m, e, text);
	if (!strcmp(name, "noneInThreadHaveKeyword")) return !some_in_thread(m, e, text);
	if (!strcmp(name, "hasKeyword")) return has_keyword(e, text);
	if (!strcmp(name, "notKeyword")) return !has_keyword(e, text);
	if (!strcmp(name, "hasAttachment"))
		return e->has_attachment == json_is_true(value);
	if (!strcmp(name, "header")) return has_header(e, value);
	return has_text(e, name, value);
}

static bool fulfils(const struct model *m, const struct model_email *e,
		    const json_t *filter)
{
	const char *operator= json_string_value(json_object_get(filter, "operator"));
	const json_t *list = json_object_get(filter, "conditions");
	const char *name;
	json_t *value;

	if (!operator) {
		json_object_foreach((json_t *)(uintptr_t)filter, name, value)
		{
			if (!is_condition(m, e, name, value)) return false;
		}
		return true;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		bool is = fulfils(m, e, json_array_get(list, i));

		if (operator[0] == 'A' && !is) return false;
		if (operator[0] != 'A' && is) return operator[0] == 'O';
	}
	return operator[0] != 'O';
}

/* --- its order --- */

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_by(const struct model *m, const struct model_email *a,
		      const struct model_email *b, const json_t *by)
{
	const char *name = json_string_value(json_object_get(by, "property"));
	const char *keyword = json_string_value(json_object_get(by, "keyword"));

	if (!strcmp(name, "receivedAt")) return compare_numbers(a->received, b->received);
	if (!strcmp(name, "sentAt")) return compare_numbers(a->sent, b->sent);
	if (!strcmp(name, "size"))
		return compare_numbers((int64_t)a->size, (int64_t)b->size);
	if (!strcmp(name, "from")) return strcasecmp(a->from, b->from);
	if (!strcmp(name, "to")) return strcasecmp(a->to, b->to);
	if (!strcmp(name, "subject")) return strcasecmp(a->subject, b->subject);
	if (!strcmp(name, "hasKeyword"))
		return has_keyword(a, keyword) - has_keyword(b, keyword);
	if (!strcmp(name, "allInThreadHaveKeyword"))
		return all_in_thread(m, a, keyword) - all_in_thread(m, b, keyword);
	return some_in_thread(m, a, keyword) - some_in_thread(m, b, keyword);
}

static bool comes_before(const struct model *m, const struct model_email *a,
			 const struct model_email *b, const json_t *sort)
{
	int order;

	for (size_t i = 0; i < json_array_size(sort); i++) {
		const json_t *by = json_array_get(sort, i);

		order = compare_by(m, a, b, by);
		if (json_is_false(json_object_get(by, "isAscending"))) order = -order;
		if (order) return order < 0;
	}
	order = compare_numbers(b->received, a->received);
	if (!order) order = compare_numbers(b->id, a->id);
	/* Ascending arrival alone is the other way round throughout. */
	if (json_array_size(sort) == 1 &&
	    !strcmp(json_string_value(
			    json_object_get(json_array_get(sort, 0), "property")),
		    "receivedAt") &&
	    !json_is_false(json_object_get(json_array_get(sort, 0), "isAscending")))
		order = -order;
	return order < 0;
}

static bool has_thread(const struct model *m, const int64_t *ids, uint32_t count,
		       uint32_t thread)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < m->count; k++)
			if (m->emails[k].id == ids[i] && m->emails[k].thread == thread)
				return true;
	return false;
}

int64_t *model_query(const struct model *m, const json_t *arguments, uint32_t *ret_count)
{
	const struct model_email *found[MODEL_EMAILS];
	int64_t *ids = calloc(MODEL_EMAILS, sizeof(*ids));
	uint32_t count = 0;
	bool collapses = json_is_true(json_object_get(arguments, "collapseThreads"));
	const json_t *filter = json_object_get(arguments, "filter");

	for (uint32_t i = 0; i < m->count; i++) {
		const struct model_email *e = &m->emails[i];
		uint32_t at = count;

		if (!can_be_seen(e) || (filter && !fulfils(m, e, filter))) continue;
		for (; at && comes_before(m, e, found[at - 1],
					  json_object_get(arguments, "sort"));
		     at--)
			found[at] = found[at - 1];
		found[at] = e;
		count++;
	}
	*ret_count = 0;
	for (uint32_t i = 0; i < count; i++)
		if (!collapses || !has_thread(m, ids, *ret_count, found[i]->thread))
			ids[(*ret_count)++] = found[i]->id;
	return ids;
}
