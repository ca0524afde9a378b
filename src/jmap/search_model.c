#include "jmap/search_model.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "jmap/arguments.h"

enum { MESSAGE_MAX = 10000, FIRST_DAY = 1500000000, THREAD_BACK = 20 };

const char *const model_keywords[MODEL_KEYWORDS] = { "$seen", "$flagged", "work",
						     "none" };
const char *const model_words[MODEL_WORDS] = { "apple",       "Birch", "cedar", "dune",
					       "z\xc3\xa9ro", "fjord", "grove", "heath" };
static const uint64_t system_flags[] = { FLAG_SEEN, FLAG_FLAGGED };

static bool one_in(int n)
{
	return rand() % n == 0;
}

static const char *any_word(void)
{
	return model_words[rand() % MODEL_WORDS];
}

/* --- making mail --- */

static void write_words(char *to, size_t size, int count)
{
	to[0] = '\0';
	for (int i = 0; i < count; i++) {
		if (i) strncat(to, " ", size - strlen(to) - 1);
		strncat(to, any_word(), size - strlen(to) - 1);
	}
}

static void write_message(const struct model *m, const struct model_email *e,
			  struct buf *out)
{
	uint32_t at = (uint32_t)(e - m->emails);
	char date[64];
	struct tm t;
	time_t sent = (time_t)e->sent;

	gmtime_r(&sent, &t);
	strftime(date, sizeof(date), "%d %b %Y %H:%M:%S +0000", &t);
	buf_addf(out, "Date: %s\r\nMessage-ID: <%u@x>\r\n", date, at);
	if (e->thread != at) buf_addf(out, "In-Reply-To: <%u@x>\r\n", e->thread);
	buf_addf(out, "From: %s <a@x>\r\nTo: %s <b@x>\r\n", e->from, e->to);
	if (e->cc[0]) buf_addf(out, "Cc: %s <c@x>\r\n", e->cc);
	buf_addf(out, "Subject: %s\r\nMIME-Version: 1.0\r\n", e->subject);
	if (e->has_attachment)
		buf_add(out,
			S("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"));
	buf_addf(out, "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", e->body);
	if (e->has_attachment)
		buf_add(out, S("--b\r\nContent-Type: application/pdf\r\n"
			       "Content-Disposition: attachment; filename=x.pdf\r\n\r\n"
			       "zzzz\r\n--b--\r\n"));
}

static uint64_t random_flags(const struct model *m, struct model_email *e,
			     bool is_deleted)
{
	uint64_t flags = is_deleted ? FLAG_DELETED : 0, bit;

	for (uint32_t i = 0; i < MODEL_KEYWORDS - 1; i++) {
		if (!one_in(3)) continue;
		if (i < countof(system_flags))
			bit = system_flags[i];
		else
			CHECK_INT(keyword_bit(m->f.account, slice_of(model_keywords[i]),
					      true, &bit),
				  ERR_NONE);
		flags |= bit;
		if (!is_deleted) e->has[i] = true;
	}
	return flags;
}

static void fill(struct model *m, struct model_email *e)
{
	uint32_t at = (uint32_t)(e - m->emails);

	e->received = FIRST_DAY + rand() % 1000 * 3600;
	e->sent = FIRST_DAY + rand() % 300 * 3600;
	e->thread = at;
	if (at > THREAD_BACK && one_in(2))
		e->thread = m->emails[at - 1 - (uint32_t)rand() % THREAD_BACK].thread;
	e->has_attachment = one_in(4);
	write_words(e->from, sizeof(e->from), 1);
	write_words(e->to, sizeof(e->to), 2);
	write_words(e->cc, sizeof(e->cc), rand() % 2);
	write_words(e->subject, sizeof(e->subject), 1 + rand() % 3);
	write_words(e->body, sizeof(e->body), 1 + rand() % 4);
}

static void add_email(struct model *m, bool with_deleted)
{
	struct model_email *e = &m->emails[m->count++];
	struct buf octets;
	struct append what = { 0 };
	struct incoming *message;
	uint32_t uid, first = (uint32_t)rand() % MODEL_MAILBOXES;
	bool is_deleted = with_deleted && one_in(5);

	fill(m, e);
	buf_init(&octets, MESSAGE_MAX);
	write_message(m, e, &octets);
	message = fixture_message(&m->f, buf_slice(&octets));
	e->size = octets.n;
	buf_done(&octets);
	what = (struct append){ .message = message,
				.received = e->received,
				.flags = random_flags(m, e, is_deleted) };
	CHECK_INT(message_append(m->f.account, m->mailboxes[first], &what, &uid, &e->id),
		  ERR_NONE);
	e->in[first] = !is_deleted;
	incoming_free(message);
	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++) {
		if (i == first || !one_in(4)) continue;
		is_deleted = with_deleted && one_in(5);
		CHECK_INT(message_link(m->f.account, e->id, m->mailboxes[i],
				       random_flags(m, e, is_deleted), &uid),
			  ERR_NONE);
		e->in[i] = !is_deleted;
	}
}

void model_init(struct model *m, bool with_deleted)
{
	char name[] = "Box0";

	memset(m, 0, sizeof(*m));
	fixture_init(&m->f);
	m->mailboxes[0] = m->f.inbox;
	for (uint32_t i = 1; i < MODEL_MAILBOXES; i++, name[3]++)
		m->mailboxes[i] = fixture_mailbox(&m->f, name);
	fixture_begin(&m->f);
	while (m->count < MODEL_EMAILS)
		add_email(m, with_deleted);
	fixture_commit(&m->f);
}

void model_done(struct model *m)
{
	fixture_done(&m->f);
}

/* --- queries --- */

static json_t *id_of_mailbox(const struct model *m, uint32_t at)
{
	return json_id(OBJECT_MAILBOX, account_id(m->f.account), m->mailboxes[at]);
}

static json_t *random_words(void)
{
	char text[60];

	if (one_in(3)) {
		snprintf(text, sizeof(text), "\"%s %s\"", any_word(), any_word());
		return json_string(text);
	}
	write_words(text, sizeof(text), 1 + rand() % 2);
	return json_string(text);
}

static json_t *random_mailboxes(const struct model *m)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++)
		if (one_in(2)) json_array_append_new(list, id_of_mailbox(m, i));
	return list;
}

static const char *const conditions[] = {
	"inMailbox",
	"inMailboxOtherThan",
	"before",
	"after",
	"minSize",
	"maxSize",
	"allInThreadHaveKeyword",
	"someInThreadHaveKeyword",
	"noneInThreadHaveKeyword",
	"hasKeyword",
	"notKeyword",
	"hasAttachment",
	"text",
	"from",
	"to",
	"cc",
	"subject",
	"body",
	"header",
};

static json_t *random_value(const struct model *m, const char *name)
{
	if (!strcmp(name, "inMailbox"))
		return id_of_mailbox(m, (uint32_t)rand() % MODEL_MAILBOXES);
	if (!strcmp(name, "inMailboxOtherThan")) return random_mailboxes(m);
	if (!strcmp(name, "before") || !strcmp(name, "after"))
		return utc_date(FIRST_DAY + rand() % 1000 * 3600);
	if (strstr(name, "Size")) return json_integer(250 + rand() % 300);
	if (strstr(name, "Keyword"))
		return json_string(model_keywords[rand() % MODEL_KEYWORDS]);
	if (!strcmp(name, "hasAttachment")) return json_boolean(one_in(2));
	if (!strcmp(name, "header"))
		return one_in(2) ? json_pack("[s]", "Cc")
				 : json_pack("[s,o]", "subject", random_words());
	return random_words();
}

static json_t *random_filter(const struct model *m, int depth)
{
	static const char *const operators[] = { "AND", "OR", "NOT" };
	json_t *filter = json_object(), *list;

	if (depth == 0 || one_in(3)) {
		for (int i = rand() % 3; i >= 0; i--) {
			const char *name = conditions[rand() % (int)countof(conditions)];

			json_object_set_new(filter, name, random_value(m, name));
		}
		if (one_in(20)) json_object_clear(filter);
		return filter;
	}
	list = json_array();
	for (int i = rand() % 4; i > 0; i--)
		json_array_append_new(list, random_filter(m, depth - 1));
	json_object_set_new(filter, "operator", json_string(operators[rand() % 3]));
	json_object_set_new(filter, "conditions", list);
	return filter;
}

static json_t *random_sort(void)
{
	static const char *const names[] = {
		"receivedAt",
		"sentAt",
		"size",
		"from",
		"to",
		"subject",
		"hasKeyword",
		"allInThreadHaveKeyword",
		"someInThreadHaveKeyword",
	};
	json_t *list = json_array();

	for (int i = rand() % 3; i > 0; i--) {
		const char *name = names[rand() % (int)countof(names)];
		json_t *c = json_pack("{s:s}", "property", name);

		if (!one_in(3))
			json_object_set_new(c, "isAscending", json_boolean(one_in(2)));
		if (strstr(name, "Keyword"))
			json_object_set_new(c, "keyword",
					    json_string(model_keywords[rand() % 4]));
		json_array_append_new(list, c);
	}
	return list;
}

json_t *model_arguments(const struct model *m)
{
	json_t *arguments = json_object();

	if (!one_in(10)) json_object_set_new(arguments, "filter", random_filter(m, 3));
	if (!one_in(4)) json_object_set_new(arguments, "sort", random_sort());
	if (one_in(4)) json_object_set_new(arguments, "collapseThreads", json_true());
	return arguments;
}

/* --- the plain evaluation --- */

static bool can_be_seen(const struct model_email *e)
{
	for (uint32_t i = 0; i < MODEL_MAILBOXES; i++)
		if (e->in[i]) return true;
	return false;
}

static bool is_listed(const struct model *m, uint32_t at, const json_t *list)
{
	json_t *id = id_of_mailbox(m, at), *item;
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
