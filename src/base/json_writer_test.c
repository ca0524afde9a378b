#include "base/json_writer.h"

#include "base/test.h"

TEST(json_writes_a_text)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, 1000);
	json_writer_init(&w, &b);
	json_write_object_begin(&w);
	json_write_key(&w, S("list"));
	json_write_array_begin(&w);
	json_write_int(&w, INT64_MIN);
	json_write_uint(&w, UINT64_MAX);
	json_write_bool(&w, true);
	json_write_bool(&w, false);
	json_write_null(&w);
	json_write_array_begin(&w);
	json_write_array_end(&w);
	json_write_object_begin(&w);
	json_write_object_end(&w);
	json_write_array_end(&w);
	json_write_key(&w, S("at"));
	json_write_date(&w, 0);
	json_write_key(&w, S("raw"));
	json_write_raw(&w, S("{\"a\":1}"));
	json_write_object_end(&w);
	CHECK_SLICE(
		buf_slice(&b),
		S("{\"list\":[-9223372036854775808,18446744073709551615,true,false,null,"
		  "[],{}],\"at\":\"1970-01-01T00:00:00Z\",\"raw\":{\"a\":1}}"));
	buf_done(&b);
}

TEST(json_strings)
{
	static const struct {
		slice value, text;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT("\"\"") },
		{ SLICE_INIT("a\"\\/b"), SLICE_INIT("\"a\\\"\\\\/b\"") },
		{ SLICE_INIT("\b\f\n\r\t"), SLICE_INIT("\"\\b\\f\\n\\r\\t\"") },
		{ SLICE_INIT("\0\x1f\x7f"), SLICE_INIT("\"\\u0000\\u001f\\u007f\"") },
		{ SLICE_INIT("caf\xc3\xa9 \xf0\x9f\x98\x80"),
		  SLICE_INIT("\"caf\xc3\xa9 \xf0\x9f\x98\x80\"") },
		{ SLICE_INIT("\xff-\xed\xa0\x80"),
		  SLICE_INIT("\"\xef\xbf\xbd-\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"") },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&b);
		CHECK(json_add_string(&b, t[i].value));
		CHECK_SLICE(buf_slice(&b), t[i].text);
	}
	CHECK(!json_add_string(&b, (slice){ (char[100]){ 0 }, 100 }));
	buf_done(&b);
}
