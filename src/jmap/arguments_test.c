#include "jmap/arguments.h"

#include "base/test.h"

TEST(dates_are_written_and_read)
{
	static const struct {
		int64_t instant;
		int zone;
		const char *text;
	} rows[] = {
		{ 1414649527, 0, "2014-10-30T06:12:07Z" },
		{ 1414649527, 480, "2014-10-30T14:12:07+08:00" },
		{ 1414649527, -330, "2014-10-30T00:42:07-05:30" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		json_t *written = date_with_zone(rows[i].instant, rows[i].zone);
		int64_t read = 0;

		CHECK_SLICE(json_text(written), slice_of(rows[i].text));
		CHECK_INT(utc_date_parse(rows[i].text, &read), !rows[i].zone);
		if (!rows[i].zone) CHECK_INT(read, rows[i].instant);
		json_decref(written);
	}
}

TEST(what_is_no_utc_date)
{
	static const char *const bad[] = {
		"",
		"2014-10-30",
		"2014-10-30T06:12:00",
		"2014-10-30T06:12:00z",
		"2014-10-30t06:12:00Z",
		"2014-10-30 06:12:00Z",
		"2014-10-30T06:12:00+00:00",
		"2014-02-30T06:12:00Z",
	};
	int64_t read;

	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!utc_date_parse(bad[i], &read));
	CHECK(utc_date_parse("2014-10-30T06:12:00.000Z", &read));
	CHECK_INT(read, 1414649520);
}

TEST(what_is_no_utf8_is_replaced)
{
	json_t *text = json_slice(S("a\xff"
				    "b\xef\xbf\xbf"));

	CHECK_SLICE(json_text(text), S("a\xef\xbf\xbd"
				       "b\xef\xbf\xbd"));
	json_decref(text);
}

TEST(states)
{
	static const char *const bad[] = { "", "01", "-1", "1x", "99999999999999999999" };
	json_t *written = json_state(UINT64_MAX);
	uint64_t read = 0;

	CHECK(state_parse(json_string_value(written), &read));
	CHECK(read == UINT64_MAX);
	CHECK(state_parse("0", &read));
	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!state_parse(bad[i], &read));
	json_decref(written);
}
