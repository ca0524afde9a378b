#include "store/object_id.h"

#include "base/test.h"

/* What is written is read back, by its own kind and account only. */
TEST(object_id)
{
	static const int64_t ids[] = { 1, 9, 0x1f, INT64_MAX };

	for (size_t i = 0; i < countof(ids); i++) {
		struct buf out;
		slice in;
		int64_t id;

		buf_init(&out, 100);
		object_id_write(OBJECT_EMAIL, 42, ids[i], &out);
		in = buf_slice(&out);
		CHECK(take_object_id(&in, OBJECT_EMAIL, 42, &id));
		CHECK_INT(id, ids[i]);
		CHECK_INT(in.n, 0);
		in = buf_slice(&out);
		CHECK(take_object_id(&in, OBJECT_THREAD, 42, &id));
		CHECK_INT(id, -1);
		in = buf_slice(&out);
		CHECK(take_object_id(&in, OBJECT_EMAIL, 43, &id));
		CHECK_INT(id, -1);
		buf_done(&out);
	}
}

TEST(object_id_of_others)
{
	static const struct {
		const char *in;
		bool ok;
	} t[] = {
		{ "M6d99ac3275bb4e", true },
		{ "M2a-01", true },
		{ "M2a-1F", true },
		{ "M2a-1-1", true },
		{ "M2a-", true },
		{ "_", true },
		{ "M2a-8000000000000000", true },
		{ "", false },
		{ "\"M2a\"", false },
		{ "(", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		int64_t id = 0;

		CHECK_INT(take_object_id(&in, OBJECT_EMAIL, 42, &id), t[i].ok);
		CHECK_INT(id, t[i].ok ? -1 : 0);
	}
}
