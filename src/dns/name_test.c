#include <string.h>

#include "base/test.h"
#include "dns/name.h"

enum { ROOM = 600 };

/* label, count times, joined by dots. */
static slice repeat(char room[static ROOM], const char *label, size_t count)
{
	size_t length = strlen(label), n = 0;

	for (size_t i = 0; i < count; i++) {
		if (i > 0) room[n++] = '.';
		memcpy(room + n, label, length);
		n += length;
	}
	return (slice){ room, n };
}

TEST(names_as_text_and_on_the_wire)
{
	const struct {
		slice text, wire, back; /* no wire: refused; no back: not as text */
	} t[] = {
		{ S(""), S("\0"), S("") },
		{ S("a.Test"), S("\1a\4test\0"), S("a.test") },
		{ S("_25._tcp.mx"), S("\3_25\4_tcp\2mx\0"), S("_25._tcp.mx") },
		{ S("."), S(""), S("") },
		{ S(".a"), S(""), S("") },
		{ S("a."), S(""), S("") },
		{ S("a..b"), S(""), S("") },
		{ S("a b.c"), S("\3a b\1c\0"), { NULL, 0 } },
		{ S("a\\b"), S("\3a\\b\0"), { NULL, 0 } },
		{ S("\xc3\xa4"), S("\2\xc3\xa4\0"), { NULL, 0 } },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct wire_name w;
		char room[DNS_NAME_MAX];
		slice back;

		CHECK_INT(name_to_wire(t[i].text, &w), t[i].wire.n > 0);
		if (t[i].wire.n == 0) continue;
		CHECK_SLICE(((slice){ (const char *)w.octets, w.n }), t[i].wire);
		CHECK_INT(wire_name_text(&w, room, &back), t[i].back.p != NULL);
		if (t[i].back.p) CHECK_SLICE(back, t[i].back);
	}
}

TEST(names_have_a_length)
{
	char label63[64] = { 0 }, label64[65] = { 0 }, room[ROOM];
	struct wire_name w;

	memset(label63, 'a', 63);
	memset(label64, 'a', 64);
	CHECK(name_to_wire(slice_of(label63), &w));
	CHECK(!name_to_wire(slice_of(label64), &w));
	CHECK(name_to_wire(repeat(room, "a", 127), &w));
	CHECK_INT(w.n, DNS_WIRE_NAME_MAX);
	CHECK(!name_to_wire(repeat(room, "a", 128), &w));
	CHECK(!name_to_wire(repeat(room, label63, 4), &w));
}

TEST(names_escaped)
{
	const struct {
		slice text;
		const char *escaped;
	} t[] = {
		{ S(""), "." },
		{ S("mx-1._x.test"), "mx-1._x.test." },
		{ S("a b\\.\"\x01"), "a\\032b\\092.\\034\\001." },
	};
	char room[DNS_ESCAPED_MAX];
	struct wire_name w;

	for (size_t i = 0; i < countof(t); i++) {
		CHECK(name_to_wire(t[i].text, &w));
		wire_name_escape(&w, room);
		CHECK_SLICE(slice_of(room), slice_of(t[i].escaped));
	}
	CHECK(name_to_wire(repeat((char[ROOM]){ 0 }, " ", 127), &w));
	wire_name_escape(&w, room);
	CHECK_INT(strlen(room), 127 * 5);
}

/* RFC 1035 4.1.4 */
TEST(names_compressed)
{
	const struct {
		slice packet;
		size_t at;
		bool ok;
		const char *text;
		size_t after;
	} t[] = {
		{ S("\4test\0\1a\xc0\0x"), 6, true, "a.test", 10 },
		{ S("\4test\0\1a\xc0\0\xc0\6x"), 10, true, "a.test", 12 },
		{ S("\xc0\0"), 0, false, "", 0 },      /* itself */
		{ S("\1a\xc0\0"), 0, false, "", 0 },   /* in a circle */
		{ S("\xc0\2\1a\0"), 0, false, "", 0 }, /* forwards */
		{ S("\1"), 0, false, "", 0 },          /* cut */
		{ S("\1a"), 0, false, "", 0 },
		{ S("\0\xc0"), 1, false, "", 0 },
		{ S("\x40"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0"),
		  0, false, "", 0 },
		{ S("\3a.b\0"), 0, true, NULL, 5 }, /* a dot within a label */
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct wire_name w;
		char room[DNS_NAME_MAX];
		size_t at = t[i].at;
		slice text;

		CHECK_INT(take_wire_name(t[i].packet, &at, &w), t[i].ok);
		CHECK_INT(at, t[i].ok ? t[i].after : t[i].at);
		if (!t[i].ok) continue;
		CHECK_INT(wire_name_text(&w, room, &text), t[i].text != NULL);
		if (t[i].text) CHECK_SLICE(text, slice_of(t[i].text));
	}
}
