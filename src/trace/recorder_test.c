#include "trace/recorder.h"

#include "base/test.h"

struct fixture {
	struct store *store;
	struct recorder *recorder;
	struct buf found; /* "1:{} 2:{}": time and JSON */
	uint32_t most;
};

static void init(struct fixture *f)
{
	const struct store_options options = { .folder = NULL };

	*f = (struct fixture){ .most = UINT32_MAX };
	buf_init(&f->found, 1 << 20);
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(recorder_open(f->store, &f->recorder), ERR_NONE);
}

static void done(struct fixture *f)
{
	recorder_close(f->recorder);
	store_close(f->store);
	buf_done(&f->found);
}

static struct record_keys key(char kind, const char *text)
{
	struct record_keys k = { .count = 0 };

	record_key_add(&k, kind, slice_of(text));
	return k;
}

static bool add(struct fixture *f, int64_t at_ms, const char *id, slice json)
{
	struct record_keys k = key(KEY_ID, id);

	return recorder_add(f->recorder, at_ms, &k, json);
}

static bool note(void *context, const struct record *r)
{
	struct fixture *f = context;

	buf_addf(&f->found, "%s%d:%.*s", f->found.n ? " " : "", (int)r->at_ms,
		 FMT(r->json));
	return --f->most;
}

static slice find(struct fixture *f, const char *id, int64_t since_ms)
{
	struct record_keys k = key(KEY_ID, id);

	buf_reset(&f->found);
	CHECK_INT(recorder_find(f->recorder, &k, since_ms, note, f), ERR_NONE);
	return buf_slice(&f->found);
}

TEST(recorder_finds_what_was_added)
{
	struct fixture f;

	init(&f);
	CHECK(add(&f, 1, "a", S("{1}")));
	CHECK(!add(&f, 2, "b", S("{2}")));
	CHECK_INT(recorder_write(f.recorder, 0), ERR_NONE);
	CHECK(add(&f, 3, "a", S("{3}")));
	CHECK_SLICE(find(&f, "A", 0), S("1:{1} 3:{3}"));
	CHECK_SLICE(find(&f, "a", 2), S("3:{3}"));
	CHECK_SLICE(find(&f, "b", 0), S("2:{2}"));
	CHECK_SLICE(find(&f, "c", 0), S(""));
	f.most = 1;
	CHECK_SLICE(find(&f, "a", 0), S("1:{1}"));
	done(&f);
}

TEST(recorder_forgets)
{
	struct fixture f;

	init(&f);
	for (int i = 1; i <= 60; i++) {
		add(&f, i, "a", S("{}"));
		CHECK_INT(recorder_write(f.recorder, 0), ERR_NONE);
	}
	CHECK_INT(recorder_write(f.recorder, 60), ERR_NONE); /* some */
	CHECK_INT(recorder_write(f.recorder, 60), ERR_NONE); /* the rest */
	CHECK_SLICE(find(&f, "a", 0), S("60:{}"));
	done(&f);
}

TEST(recorder_packs)
{
	static char zeros[100'000];
	struct fixture f;

	init(&f);
	for (size_t i = 0; i < sizeof(zeros); i++)
		zeros[i] = '0';
	add(&f, 1, "a", (slice){ zeros, sizeof(zeros) });
	CHECK_INT(find(&f, "a", 0).n, sizeof(zeros) + 2);
	done(&f);
}

TEST(recorder_drops_what_is_too_much)
{
	static char octets[1 << 20];
	struct fixture f;

	init(&f);
	for (int i = 0; i < 10; i++)
		add(&f, i, "a", (slice){ octets, sizeof(octets) });
	CHECK(recorder_waiting(f.recorder) <= RECORDER_WAITING_MAX);
	CHECK_INT(recorder_write(f.recorder, 0), ERR_NONE);
	CHECK_INT(recorder_waiting(f.recorder), 0);
	CHECK(add(&f, 11, "b", S("{}")));
	CHECK_SLICE(find(&f, "b", 0), S("11:{}"));
	done(&f);
}
