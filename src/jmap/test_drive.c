#include "jmap/test_drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jmap/pointer.h"
#include "store/incoming.h"

enum { TEXT_MAX = 16 * 1024 * 1024, NEW_YEAR_2026 = 1'767'225'600 };

static void must(bool is_good, const char *what)
{
	if (is_good) return;
	fprintf(stderr, "test_drive: %s\n", what);
	abort();
}

/* --- what is written in tests --- */

static bool is_name_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

static void add_kept(const struct test_drive *d, slice name, struct buf *out)
{
	for (uint32_t i = d->kept_count; i-- > 0;) {
		if (!slice_eq(slice_of(d->kept[i].name), name)) continue;
		buf_add(out, slice_of(json_string_value(d->kept[i].value)));
		return;
	}
	buf_addf(out, "$%.*s", FMT(name));
}

static void expand(const struct test_drive *d, const char *text, struct buf *out)
{
	slice in = slice_of(text);
	size_t n;

	for (; in.n; in = slice_skip(in, n)) {
		n = 1;
		while (*in.p == '$' && n < in.n && is_name_char(in.p[n]))
			n++;
		if (n > 1)
			add_kept(d, slice_skip(slice_head(in, n), 1), out);
		else
			buf_add_char(out, *in.p == '\'' ? '"' : *in.p);
	}
}

json_t *jmap_json(const struct test_drive *d, const char *text)
{
	struct buf out;
	json_error_t error;
	json_t *value;

	buf_init(&out, TEXT_MAX);
	expand(d, text, &out);
	value = json_loadb(buf_slice(&out).p, out.n, JSON_DECODE_ANY, &error);
	if (!value) fprintf(stderr, "%s: %.*s\n", error.text, FMT(buf_slice(&out)));
	buf_done(&out);
	must(value, "the test's JSON is none");
	return value;
}

json_t *jmap_at(const struct test_drive *d, const char *pointer)
{
	size_t budget = SIZE_MAX;
	json_t *value = pointer_follow(json_object_get(d->answer, "methodResponses"),
				       slice_of(pointer), &budget);

	json_decref(value); /* the answer has it, too */
	return value;
}

const char *jmap_text_at(const struct test_drive *d, const char *pointer)
{
	const char *text = json_string_value(jmap_at(d, pointer));

	return text ? text : "";
}

static void keep(struct test_drive *d, const char *name, json_t *value)
{
	must(d->kept_count < TEST_KEPT_MAX, "too many names");
	snprintf(d->kept[d->kept_count].name, sizeof(d->kept[0].name), "%s", name);
	d->kept[d->kept_count++].value = value;
}

void jmap_keep(struct test_drive *d, const char *name, const char *pointer)
{
	json_t *value = jmap_at(d, pointer);

	if (!json_is_string(value)) json_dumpf(d->answer, stderr, JSON_INDENT(1));
	must(json_is_string(value), pointer);
	keep(d, name, json_incref(value));
}

/* --- the host --- */

static int64_t host_now(void *host)
{
	return ((struct test_drive *)host)->now;
}

static void copy(struct buf *out, slice text)
{
	buf_init(out, TEXT_MAX);
	buf_add(out, text);
}

static void copy_lines(struct buf *out, const slice *list, uint32_t count)
{
	buf_init(out, TEXT_MAX);
	for (uint32_t i = 0; list && i < count; i++)
		buf_addf(out, "%.*s\n", FMT(list[i]));
}

static void read_message(const struct incoming *m, struct buf *out)
{
	uint64_t size = incoming_size(m);
	char c;

	buf_init(out, TEXT_MAX);
	for (uint64_t i = 0; i < size; i++) {
		must(incoming_read(m, i, &c, 1), "the mail cannot be read");
		if (!incoming_is_cut(m, i)) buf_add_char(out, c);
	}
}

static void answer_mail(struct test_drive *d)
{
	struct jmap_mail *m = d->waits;
	slice *replies = calloc(m->recipient_count + 1U, sizeof(*replies));
	struct jmap_sent what = d->sent;

	must(replies, "memory");
	for (uint32_t i = 0; i < m->recipient_count; i++)
		replies[i] = slice_of(d->reply);
	what.replies = replies;
	if (!what.outcome) what.queue_id = ++d->sent.queue_id;
	d->waits = NULL;
	jmap_mail_sent(m, &what);
	free(replies);
}

static void mail_done(struct test_mail *m)
{
	buf_done(&m->message);
	buf_done(&m->reverse_path);
	buf_done(&m->recipients);
	buf_done(&m->envelope_id);
	buf_done(&m->ret);
	buf_done(&m->notify);
	buf_done(&m->originals);
	buf_done(&m->hold);
}

/* The oldest makes room. */
static struct test_mail *next_mail(struct test_drive *d)
{
	if (d->mail_count < TEST_MAILS_MAX) return &d->mails[d->mail_count++];
	mail_done(&d->mails[0]);
	memmove(d->mails, d->mails + 1, sizeof(d->mails) - sizeof(d->mails[0]));
	return &d->mails[TEST_MAILS_MAX - 1];
}

static void host_send(void *host, struct jmap_mail *m)
{
	struct test_drive *d = host;
	struct test_mail *t = next_mail(d);

	read_message(m->message, &t->message);
	incoming_free(m->message);
	copy(&t->reverse_path, m->reverse_path);
	copy_lines(&t->recipients, m->recipients, m->recipient_count);
	copy(&t->envelope_id, m->envelope_id);
	copy(&t->ret, m->ret);
	copy(&t->hold, m->hold);
	copy_lines(&t->notify, m->notify, m->recipient_count);
	copy_lines(&t->originals, m->originals, m->recipient_count);
	t->release_at = m->release_at;
	d->waits = m;
	if (!d->is_slow) answer_mail(d);
}

static void answer_recall(struct test_drive *d)
{
	struct jmap_recall *r = d->recall_waits;

	d->recall_waits = NULL;
	jmap_recalled(r, d->recall);
}

static void host_cancel(void *host, struct jmap_recall *r)
{
	struct test_drive *d = host;

	d->recalled = r->queue_id;
	d->recall_waits = r;
	if (!d->is_slow) answer_recall(d);
}

static enum err host_check_push(void *host, slice, slice)
{
	return ((struct test_drive *)host)->push;
}

static void host_pushes_changed(void *host)
{
	((struct test_drive *)host)->push_changes++;
}

static void answer(struct test_drive *d)
{
	if (d->waits)
		answer_mail(d);
	else
		answer_recall(d);
}

static const struct jmap_host host_ops = { .now = host_now,
					   .send = host_send,
					   .cancel = host_cancel,
					   .check_push = host_check_push,
					   .pushes_changed = host_pushes_changed };

/* --- its jobs --- */

static enum err run_for_nothing(struct account *a, struct job *j)
{
	enum err e;

	must(!account_savepoint(a), "savepoint");
	e = j->run(j, a);
	account_rollback_to(a);
	return e;
}

static enum err run_writing(struct account *a, struct job *j, enum err failure)
{
	enum err e;

	must(!account_begin(a, j->level), "begin");
	run_for_nothing(a, j);
	must(!account_savepoint(a), "savepoint");
	e = j->run(j, a);
	if (!e) e = failure;
	if (e)
		account_rollback_to(a);
	else
		must(!account_release(a), "release");
	must(!account_commit(a), "commit");
	return e;
}

static void run_job(struct test_drive *d, struct job *j)
{
	struct account *a = test_account(&d->accounts, j->account);

	d->jobs++;
	d->writes += j->level != JOB_READS;
	j->prepare(j);
	if (j->level == JOB_READS)
		j->done(j, j->run(j, a));
	else
		j->done(j, run_writing(a, j, d->failure));
}

static void run_request(struct test_drive *d, struct jmap_request *r)
{
	enum want want;

	while ((want = jmap_request_want(r)) != WANT_CLOSE) {
		if (want == WANT_JOB)
			run_job(d, jmap_request_job(r));
		else
			answer(d);
	}
}

json_t *jmap_ask_raw(struct test_drive *d, slice content)
{
	struct jmap_request *r = jmap_request_new(&host_ops, d, &d->user, content);
	slice answer;

	run_request(d, r);
	answer = jmap_request_answer(r);
	d->status = jmap_request_status(r);
	json_decref(d->answer);
	d->answer = json_loadb(answer.p, answer.n, JSON_REJECT_DUPLICATES, NULL);
	must(json_is_object(d->answer), "the answer is no JSON object");
	jmap_request_free(r);
	return d->answer;
}

json_t *jmap_ask(struct test_drive *d, const char *calls)
{
	struct buf content;

	buf_init(&content, TEXT_MAX);
	buf_addf(&content, "{\"using\": %s, \"methodCalls\": ", d->using);
	expand(d, calls, &content);
	buf_add_char(&content, '}');
	jmap_ask_raw(d, buf_slice(&content));
	if (d->status != 200) json_dumpf(d->answer, stderr, JSON_INDENT(1));
	must(d->status == 200, calls);
	buf_done(&content);
	return json_object_get(d->answer, "methodResponses");
}

/* --- its life --- */

void test_drive_init(struct test_drive *d)
{
	*d = (struct test_drive){
		.user = { .account = TEST_ACCOUNT,
			  .login = S("jo@example.test"),
			  .inbox = S("INBOX"),
			  .address_count = countof(d->addresses),
			  .may_send = true,
			  .may_push = true,
			  .push_key = S("BA1Hxzyi"),
			  .credential = 5,
			  .hold_max_s = JMAP_DELAYED_SEND_MAX,
			  .message_max = 50'000'000 },
		.addresses = { S("jo@example.test"), S("jo.b@example.test"),
			       S("*@jo.example.test") },
		.now = NEW_YEAR_2026,
		.using = "[\"urn:ietf:params:jmap:core\", \"urn:ietf:params:jmap:mail\", "
			 "\"urn:ietf:params:jmap:submission\"]",
		.reply = "250 2.0.0 queued",
	};
	d->user.addresses = d->addresses;
	keep(d, "A", json_string("A2"));
	test_accounts_init(&d->accounts);
}

void test_drive_done(struct test_drive *d)
{
	for (uint32_t i = 0; i < d->mail_count; i++)
		mail_done(&d->mails[i]);
	for (uint32_t i = 0; i < d->kept_count; i++)
		json_decref(d->kept[i].value);
	json_decref(d->answer);
	test_accounts_done(&d->accounts);
}

void test_drive_deliver(struct test_drive *d, slice message)
{
	test_deliver(&d->accounts, TEST_ACCOUNT, message, d->now);
}
