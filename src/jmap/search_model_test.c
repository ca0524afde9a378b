#include "jmap/search_model_test.h"

#include <stdlib.h>
#include <string.h>
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

/* All texts have room for the longest words. */
static void write_words(char *to, size_t size, int count)
{
	size_t n = 0;

	to[0] = '\0';
	for (int i = 0; i < count; i++)
		n += (size_t)snprintf(to + n, size - n, "%s%s", i ? " " : "", any_word());
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

json_t *model_mailbox_id(const struct model *m, uint32_t at)
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
		if (one_in(2)) json_array_append_new(list, model_mailbox_id(m, i));
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
		return model_mailbox_id(m, (uint32_t)rand() % MODEL_MAILBOXES);
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
