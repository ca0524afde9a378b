#include "store/upload.h"

#include <dirent.h>
#include <string.h>

#include "base/clock.h"
#include "store/blob.h"
#include "store/fixture_test.h"

static int64_t put(struct fixture *f, slice octets, int64_t now)
{
	struct incoming *m = incoming_new(f->store);
	int64_t id;

	CHECK_INT(incoming_add(m, octets), ERR_NONE);
	CHECK_INT(incoming_finish_octets(m), ERR_NONE);
	fixture_begin(f);
	CHECK_INT(upload_put(f->account, m, now, &id), ERR_NONE);
	fixture_commit(f);
	incoming_free(m);
	return id;
}

static void check_content(struct fixture *f, int64_t id, slice want)
{
	struct body *b;
	struct buf out;

	CHECK_INT(upload_open(f->account, id, &b), ERR_NONE);
	buf_init(&out, 1 << 20);
	CHECK_INT(body_size(b), want.n);
	CHECK(body_append(b, 0, UINT64_MAX, &out));
	CHECK_SLICE(buf_slice(&out), want);
	buf_done(&out);
	body_close(b);
}

static bool is_there(struct fixture *f, int64_t id)
{
	struct body *b;
	enum err e = upload_open(f->account, id, &b);

	if (e) return false;
	body_close(b);
	return true;
}

TEST(uploads_are_read_back)
{
	static const slice text = SLICE_INIT("a: b\r\n\r\nx\r\n");
	static char large[BLOB_INLINE_MAX + 1];
	struct fixture f;
	int64_t small, file, now = clock_now();

	fixture_init(&f);
	memset(large, 'x', sizeof(large));
	fixture_begin(&f);
	fixture_append(&f, f.inbox, text, 0);
	fixture_commit(&f);
	small = put(&f, text, now);
	file = put(&f, (slice){ large, sizeof(large) }, now);
	check_content(&f, small, text);
	check_content(&f, file, (slice){ large, sizeof(large) });
	fixture_reopen(&f);
	check_content(&f, file, (slice){ large, sizeof(large) });
	CHECK(!is_there(&f, file + 100));
	fixture_done(&f);
}

/* Bodies in the account's folder. */
static int count_files(const struct fixture *f)
{
	char path[128];
	int count = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/accounts/07/%016d", f->folder, 7);
	d = opendir(path);
	CHECK(d);
	for (struct dirent *e; (e = readdir(d));)
		count += strlen(e->d_name) == 64;
	closedir(d);
	return count;
}

TEST(uploads_go_when_their_time_is_over)
{
	static char large[BLOB_INLINE_MAX + 1];
	struct fixture f;
	int64_t old, used, now = clock_now();

	fixture_init(&f);
	memset(large, 'x', sizeof(large));
	old = put(&f, (slice){ large, sizeof(large) }, now - UPLOAD_LIFE_S);
	used = put(&f, S("b"), now - UPLOAD_LIFE_S + 10);
	CHECK(!is_there(&f, old));
	CHECK(is_there(&f, used));
	CHECK_INT(count_files(&f), 1);
	fixture_begin(&f);
	CHECK_INT(upload_renew(f.account, old, now), ERR_NOT_FOUND);
	CHECK_INT(upload_renew(f.account, used, now), ERR_NONE);
	fixture_commit(&f);
	put(&f, S("c"), now + 100);
	CHECK(is_there(&f, used));
	CHECK_INT(count_files(&f), 0);
	fixture_done(&f);
}

TEST(the_oldest_uploads_make_room)
{
	struct fixture f;
	int64_t first, second = 0, id, now = clock_now();
	struct incoming *m;

	fixture_init(&f);
	m = fixture_message(&f, S("a"));
	fixture_begin(&f);
	CHECK_INT(upload_put(f.account, m, now - 1, &first), ERR_NONE);
	for (int i = 1; i < UPLOADS_MAX; i++) {
		CHECK_INT(upload_put(f.account, m, now, &id), ERR_NONE);
		if (i == 1) second = id;
	}
	CHECK(is_there(&f, first));
	CHECK_INT(upload_put(f.account, m, now, &id), ERR_NONE);
	CHECK(!is_there(&f, first));
	CHECK(is_there(&f, second));
	CHECK(is_there(&f, id));
	fixture_commit(&f);
	incoming_free(m);
	fixture_done(&f);
}
