#include "queue/dsn_address.h"

#include "base/test.h"

static void check(void (*write)(slice, bool, struct buf *), const char *in, bool utf8,
		  const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	write(slice_of(in), utf8, &out);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

TEST(dsn_address_of_a_recipient)
{
	static const struct {
		const char *address, *ascii, *utf8;
	} t[] = {
		{ "jo@x.test", "rfc822;jo@x.test", "rfc822;jo@x.test" },
		{ "jo+tag@x.test", "rfc822;jo+tag@x.test", "rfc822;jo+tag@x.test" },
		{ "\"j o\"@x.test", "rfc822;\"j o\"@x.test", "rfc822;\"j o\"@x.test" },
		{ "a\r\nB: c@x.test", "rfc822;a??B: c@x.test", "rfc822;a??B: c@x.test" },
		{ "j\xc3\xa9+=@x.test", "utf-8;j\\x{E9}\\x{2B}\\x{3D}@x.test",
		  "utf-8;j\xc3\xa9+=@x.test" },
		{ "\xe5\xa7\x9a@x", "utf-8;\\x{59DA}@x", "utf-8;\xe5\xa7\x9a@x" },
		{ "\xf0\x9f\x98\x80@x", "utf-8;\\x{1F600}@x",
		  "utf-8;\xf0\x9f\x98\x80@x" },
		/* What is no UTF-8, and what ends lines. */
		{ "a\xff@x", "utf-8;a\\x{FFFD}@x", "utf-8;a\xef\xbf\xbd@x" },
		{ "a\xc2\x85\n@x", "utf-8;a??@x", "utf-8;a??@x" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		check(dsn_address_write, t[i].address, false, t[i].ascii);
		check(dsn_address_write, t[i].address, true, t[i].utf8);
	}
}

TEST(dsn_address_as_the_sender_gave_it)
{
	static const struct {
		const char *orcpt, *ascii, *utf8;
	} t[] = {
		{ "rfc822;Bob@Example.COM", "rfc822;Bob@Example.COM",
		  "rfc822;Bob@Example.COM" },
		{ "rfc822;jo+2Btag@x", "rfc822;jo+tag@x", "rfc822;jo+tag@x" },
		{ "RFC822;jo+0D+0AAction:+20relayed", "RFC822;jo??Action: relayed",
		  "RFC822;jo??Action: relayed" },
		{ "rfc822;jo+zz", "rfc822;jo+zz", "rfc822;jo+zz" }, /* no xtext */
		{ "x400;/S=jo+3D/", "x400;/S=jo+3D/", "x400;/S=jo+3D/" },
		{ "x400;/S+3Djo/", "x400;/S=jo/", "x400;/S=jo/" },
		{ "nothing", "unknown;nothing", "unknown;nothing" },
		/* RFC 6533 3: its three forms */
		{ "utf-8;j\\x{E9}@x", "utf-8;j\\x{E9}@x", "utf-8;j\xc3\xa9@x" },
		{ "UTF-8;j\xc3\xa9\\x{2B}@x", "UTF-8;j\\x{E9}\\x{2B}@x",
		  "UTF-8;j\xc3\xa9+@x" },
		{ "utf-8;j\xc3\xa9@x", "utf-8;j\\x{E9}@x", "utf-8;j\xc3\xa9@x" },
		/* Escapes that are none stay. */
		{ "utf-8;\\x{D800}", "utf-8;\\x{5C}x{D800}", "utf-8;\\x{D800}" },
		{ "utf-8;\\x{1}", "utf-8;\\x{5C}x{1}", "utf-8;\\x{1}" },
		{ "utf-8;\\x{0D}\\x{0A}", "utf-8;??", "utf-8;??" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		check(dsn_original_write, t[i].orcpt, false, t[i].ascii);
		check(dsn_original_write, t[i].orcpt, true, t[i].utf8);
	}
}
