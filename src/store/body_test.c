#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/blob.h"
#include "store/body_files.h"
#include "store/fixture_test.h"

static const slice head = SLICE_INIT("Subject: s\r\n\r\n");

/* A message of exactly n octets, of lines of digits or of noise. The caller frees. */
static slice make_octets(size_t n, bool noise)
{
	char *p = malloc(n);
	unsigned seed = 1;

	CHECK(p);
	memcpy(p, head.p, head.n);
	for (size_t i = head.n; i < n; i++)
		p[i] = noise          ? (char)(rand_r(&seed) >> 8)
		       : i % 50 == 48 ? '\r'
		       : i % 50 == 49 ? '\n'
				      : (char)('0' + i % 10);
	return (slice){ p, n };
}

static struct body *open_body(struct fixture *f, uint32_t uid)
{
	struct message m;
	struct body *b = NULL;

	CHECK_INT(message_get(f->account, f->inbox, uid, 0, &f->arena, &m), ERR_NONE);
	CHECK_INT(body_open(f->account, m.email, &b), ERR_NONE);
	return b;
}

static void check_body(struct fixture *f, uint32_t uid, slice octets)
{
	static const slice prefix = SLICE_INIT("Received: by test\r\n");
	struct body *b = open_body(f, uid);
	struct buf out;

	buf_init(&out, octets.n + prefix.n);
	CHECK_INT(body_size(b), octets.n + prefix.n);
	CHECK(body_append(b, 0, UINT64_MAX, &out));
	CHECK_SLICE(slice_head(buf_slice(&out), prefix.n), prefix);
	CHECK(slice_eq(slice_skip(buf_slice(&out), prefix.n), octets));
	buf_reset(&out);
	CHECK(body_append(b, prefix.n - 5, 9, &out)); /* over the seam */
	CHECK_SLICE(buf_slice(&out), S("est\r\nSubj"));
	CHECK(body_append(b, body_size(b), 5, &out));
	CHECK(!body_append(b, 0, UINT64_MAX, &out));
	body_close(b);
	buf_done(&out);
}

static void check_sizes(struct store_options options)
{
	static const size_t sizes[] = { 20,
					500,
					40000,
					INCOMING_MEMORY_MAX,
					INCOMING_MEMORY_MAX + 1,
					BLOB_INLINE_MAX,
					BLOB_INLINE_MAX + 1,
					1000000 };
	struct fixture f;
	uint32_t uid = 0;

	fixture_init_with(&f, options);
	for (size_t i = 0; i < countof(sizes); i++)
		for (int noise = 0; noise < 2; noise++) {
			slice octets = make_octets(sizes[i], noise);

			fixture_begin(&f);
			CHECK_INT(fixture_append(&f, f.inbox, octets, 0), ++uid);
			fixture_commit(&f);
			check_body(&f, uid, octets);
			free((void *)(uintptr_t)octets.p);
		}
	fixture_done(&f);
}

TEST(body_of_every_size)
{
	check_sizes((struct store_options){ .folder = "" });
	check_sizes((struct store_options){ .folder = NULL });
	check_sizes((struct store_options){ .folder = "", .durable = true });
}

TEST(body_can_be_read_after_its_message_is_gone)
{
	slice octets = make_octets(BLOB_INLINE_MAX + 1, true);
	struct interval_set one = fixture_set("1"), gone = { 0 };
	struct fixture f;
	struct body *b;
	char tail[5];

	fixture_init(&f);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, octets, 0);
	fixture_commit(&f);
	b = open_body(&f, 1);
	fixture_begin(&f);
	CHECK_INT(message_remove(f.account, f.inbox, &one, &gone), ERR_NONE);
	fixture_commit(&f);
	CHECK(body_read(b, body_size(b) - 5, tail, 5));
	CHECK(memcmp(tail, octets.p + octets.n - 5, 5) == 0);
	CHECK(!body_read(b, body_size(b) - 4, tail, 5));
	body_close(b);
	free((void *)(uintptr_t)octets.p);
	interval_set_done(&one);
	interval_set_done(&gone);
	fixture_done(&f);
}

TEST(body_parts_are_shifted_by_the_prefix)
{
	static const slice text =
		SLICE_INIT("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
			   "--b\r\n\r\none\r\n--b--\r\n");
	struct fixture f;
	struct part_map map;
	struct body *b;

	fixture_init(&f);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, text, 0);
	fixture_commit(&f);
	b = open_body(&f, 1);
	CHECK_INT(body_parts(b, &f.arena, &map), ERR_NONE);
	CHECK_INT(map.count, 2);
	CHECK_INT(map.parts[0].start, 0);
	CHECK_INT(map.parts[0].end, body_size(b));
	CHECK_SLICE(slice_head(slice_skip(body_view(b), map.parts[1].body_start), 3),
		    S("one"));
	body_close(b);
	fixture_done(&f);
}

/* --- files --- */

static nlink_t links(struct fixture *f, int account, slice hash)
{
	char name[BODY_FILE_NAME_SIZE], path[256];
	struct stat s;

	body_file_name(hash, name);
	snprintf(path, sizeof(path), "%s/accounts/%02d/%016d/%s", f->folder, account,
		 account, name);
	return stat(path, &s) == 0 ? s.st_nlink : 0;
}

static void append_to(struct account *a, const struct incoming *m)
{
	struct append what = { .message = m };
	struct arena arena;
	struct mailbox box;
	uint32_t uid;

	arena_init(&arena, 10000);
	CHECK_INT(mailbox_find(a, S("INBOX"), &arena, &box), ERR_NONE);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	CHECK_INT(message_append(a, box.id, &what, &uid, NULL), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	arena_done(&arena);
}

TEST(files_are_shared_between_accounts)
{
	slice octets = make_octets(BLOB_INLINE_MAX + 1, true);
	struct interval_set one = fixture_set("1"), gone = { 0 };
	struct account *other;
	struct incoming *m;
	struct fixture f;
	char hash[MESSAGE_HASH_SIZE];

	fixture_init(&f);
	m = fixture_message(&f, octets);
	memcpy(hash, incoming_hash(m).p, sizeof(hash));
	CHECK_INT(account_open(f.store, 8, &other), ERR_NONE);
	append_to(f.account, m);
	append_to(other, m);
	append_to(other, m);
	incoming_free(m);
	CHECK_INT(links(&f, 7, (slice){ hash, sizeof(hash) }), 2);
	fixture_begin(&f);
	CHECK_INT(message_remove(f.account, f.inbox, &one, &gone), ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(links(&f, 7, (slice){ hash, sizeof(hash) }), 0);
	CHECK_INT(links(&f, 8, (slice){ hash, sizeof(hash) }), 1);
	account_close(other);
	CHECK_INT(account_remove(f.store, 8), ERR_NONE);
	CHECK_INT(links(&f, 8, (slice){ hash, sizeof(hash) }), 0);
	free((void *)(uintptr_t)octets.p);
	interval_set_done(&one);
	interval_set_done(&gone);
	fixture_done(&f);
}

TEST(a_file_of_a_job_undone_goes_and_one_put_again_stays)
{
	slice octets = make_octets(BLOB_INLINE_MAX + 1, true);
	struct interval_set one = fixture_set("1"), gone = { 0 };
	struct incoming *m;
	struct fixture f;

	fixture_init(&f);
	m = fixture_message(&f, octets);
	fixture_begin(&f);
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	fixture_append(&f, f.inbox, octets, 0);
	account_rollback_to(f.account);
	fixture_commit(&f);
	CHECK_INT(links(&f, 7, incoming_hash(m)), 0);
	append_to(f.account, m);
	fixture_begin(&f);
	CHECK_INT(message_remove(f.account, f.inbox, &one, &gone), ERR_NONE);
	CHECK_INT(fixture_append(&f, f.inbox, octets, 0), 2);
	fixture_commit(&f);
	CHECK_INT(links(&f, 7, incoming_hash(m)), 1);
	check_body(&f, 2, octets);
	incoming_free(m);
	free((void *)(uintptr_t)octets.p);
	interval_set_done(&one);
	interval_set_done(&gone);
	fixture_done(&f);
}
