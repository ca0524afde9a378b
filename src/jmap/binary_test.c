#include "jmap/binary.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/test.h"
#include "jmap/blob.h"
#include "store/test_accounts.h"

static const char inner[] = "Subject: inner\r\n"
			    "Content-Type: multipart/mixed; boundary=i\r\n\r\n"
			    "--i\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
			    "J=C3=B6=\r\nrg\r\n--i--\r\n";

/* Its parts: 0 all, 1 text, 2 the attached message (3 inside it, 4 its part), 5 an
 * unknown encoding, 6 an encoded message. */
static void add_message(struct buf *out)
{
	buf_addf(out,
		 "From: a@b.test\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
		 "--o\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n"
		 "--o\r\nContent-Type: message/rfc822\r\n\r\n%s\r\n"
		 "--o\r\nContent-Transfer-Encoding: x-own\r\n\r\n=41\r\n",
		 inner);
	buf_add(out, S("--o\r\nContent-Type: message/rfc822\r\n"
		       "Content-Transfer-Encoding: base64\r\n\r\n"));
	base64_encode(out, slice_of(inner));
	buf_add(out, S("\r\n--o--\r\n"));
}

struct stored {
	struct test_accounts accounts;
	struct account *account;
	struct buf message;
	int64_t email;
};

static bool take_email(void *context, const struct message *m)
{
	struct stored *s = context;

	s->email = m->email;
	return false;
}

static void find_email(struct stored *s)
{
	struct mailbox inbox;
	struct arena arena;

	arena_init(&arena, 10'000);
	CHECK(!mailbox_find(s->account, S("INBOX"), &arena, &inbox));
	CHECK(!message_each(s->account, inbox.id, 1, 1, 0, take_email, s));
	arena_done(&arena);
}

static void stored_init(struct stored *s)
{
	test_accounts_init(&s->accounts);
	s->account = test_account(&s->accounts, 1);
	buf_init(&s->message, 1 << 20);
	add_message(&s->message);
	test_deliver(&s->accounts, 1, buf_slice(&s->message), 0);
	find_email(s);
}

static void stored_done(struct stored *s)
{
	buf_done(&s->message);
	test_accounts_done(&s->accounts);
}

static void add_id(const struct stored *s, slice behind, struct buf *out)
{
	binary_id_of_email(1, s->email, out);
	buf_add(out, behind);
}

static void check_content(struct stored *s, const char *behind, slice want)
{
	struct buf id, got;
	struct binary *b = NULL;
	struct octets octets;
	uint64_t size = want.n;
	bool ended = false;

	buf_init(&id, 300);
	buf_init(&got, 1 << 20);
	add_id(s, slice_of(behind), &id);
	CHECK(!binary_open(s->account, buf_slice(&id), &b));
	binary_size(b, &size);
	CHECK_INT(size, want.n);
	while (!ended)
		CHECK(binary_read(b, &got, &ended));
	CHECK_SLICE(buf_slice(&got), want);
	binary_close(b);
	buf_reset(&got);
	CHECK(!blob_open(s->account, buf_slice(&id), &octets));
	CHECK(octets_append(&octets, 0, octets.size, &got));
	CHECK_SLICE(buf_slice(&got), want);
	octets_done(&octets);
	buf_done(&got);
	buf_done(&id);
}

/* What is read from there on; of what is encoded, from the beginning. */
static void check_seek(struct stored *s, const char *behind, uint64_t at,
		       uint64_t want_from, slice want)
{
	struct buf id, got;
	struct binary *b = NULL;
	uint64_t size = 0, from;
	bool ended = false;

	buf_init(&id, 300);
	buf_init(&got, 1 << 20);
	add_id(s, slice_of(behind), &id);
	CHECK(!binary_open(s->account, buf_slice(&id), &b));
	CHECK(binary_measure(b, &size));
	CHECK_INT(size, want.n);
	from = binary_seek(b, at);
	CHECK_INT(from, want_from);
	while (!ended)
		CHECK(binary_read(b, &got, &ended));
	CHECK_SLICE(buf_slice(&got), slice_skip(want, from));
	binary_close(b);
	buf_done(&got);
	buf_done(&id);
}

TEST(binary_from_somewhere)
{
	struct stored s;

	stored_init(&s);
	check_seek(&s, "", 20, 20, buf_slice(&s.message));
	check_seek(&s, "", s.message.n, s.message.n, buf_slice(&s.message));
	check_seek(&s, "_1", 3, 0, S("hello"));
	check_seek(&s, "_2", 8, 8, slice_of(inner));
	check_seek(&s, "_5", 1, 1, S("=41"));
	check_seek(&s, "_6_1", 2, 0, S("J\xc3\xb6rg"));
	stored_done(&s);
}

TEST(binary_contents)
{
	struct stored s;

	stored_init(&s);
	check_content(&s, "", buf_slice(&s.message));
	check_content(&s, "_1", S("hello"));
	check_content(&s, "_2", slice_of(inner));
	check_content(&s, "_4", S("J\xc3\xb6rg"));
	check_content(&s, "_2_1", S("J\xc3\xb6rg"));
	check_content(&s, "_5", S("=41"));
	check_content(&s, "_6", slice_of(inner));
	check_content(&s, "_6_1", S("J\xc3\xb6rg"));
	check_content(&s, "_1_0_0_0_0_0_0_0", S("hello"));
	stored_done(&s);
}

TEST(binary_ids_of_nothing)
{
	static const char *const bad[] = {
		"_0",          "_7",
		"_01",         "_",
		"_1_",         "_-1",
		"x",           "_2_0",
		"_2_99",       ".1",
		"_1 ",         "_1_1",
		"_4294967296", "_1_0_0_0_0_0_0_0_0",
	};
	struct stored s;
	struct buf id;
	struct binary *b;

	stored_init(&s);
	buf_init(&id, 300);
	for (size_t i = 0; i < countof(bad); i++) {
		buf_reset(&id);
		add_id(&s, slice_of(bad[i]), &id);
		CHECK_INT(binary_open(s.account, buf_slice(&id), &b), ERR_NOT_FOUND);
	}
	CHECK_INT(binary_open(s.account, S(""), &b), ERR_NOT_FOUND);
	CHECK_INT(binary_open(s.account, S("M1-1"), &b), ERR_NOT_FOUND);
	CHECK_INT(binary_open(s.account, S("BM2-1"), &b), ERR_NOT_FOUND);
	buf_done(&id);
	stored_done(&s);
}
