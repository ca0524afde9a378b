#include "smtp/path.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "base/utf8.h"
#include "smtp/domain.h"
#include "smtp/limits.h"

static void check_path(slice in, enum smtp_path_kind kind, enum smtp_path_verdict verdict,
		       const char *local, const char *domain)
{
	struct arena memory;
	struct smtp_path path = { .is_utf8 = true };
	slice rest = in;

	arena_init(&memory, SMTP_MEMORY_MAX);
	if (smtp_take_path(&rest, kind, &memory, &path) != verdict)
		fail_msg("%.*s: not %d", FMT(in), verdict);
	if (verdict == PATH_GOOD) {
		CHECK_SLICE(path.local, slice_of(local));
		CHECK_SLICE(path.domain, slice_of(domain));
	} else {
		CHECK_SLICE(rest, in);
		CHECK(path.is_utf8 && !path.address.p); /* untouched */
	}
	arena_done(&memory);
}

/* What is no good leaves neither. */
static const struct {
	const char *in;
	bool ok;
	const char *local, *domain;
} reverse_paths[] = {
	/* clang-format off */
	{ "<>", true, "", "" },
	{ "<jo@a.test>", true, "jo", "a.test" },
	{ "<@x.test:jo@a.test>", true, "jo", "a.test" },          /* RFC 5321 appendix C */
	{ "<@x.test,@y.test:jo@a.test>", true, "jo", "a.test" },
	{ "<@[192.0.2.1]:jo@a.test>", false, "", "" },           /* At-domain = "@" Domain */
	{ "<@x.test jo@a.test>", false, "", "" },
	{ "<@x.test,y.test:jo@a.test>", false, "", "" },
	{ "<@x.test:>", false, "", "" },
	{ "<jo@a.test", false, "", "" },
	{ "jo@a.test", false, "", "" },
	{ "<jo>", false, "", "" },
	{ "<postmaster>", false, "", "" },
	{ "<jo@>", false, "", "" },
	{ "<@a.test>", false, "", "" },
	{ "<jo@a@b.test>", false, "", "" },
	{ "< jo@a.test>", false, "", "" },
	{ "<jo@a.test >", false, "", "" },
	{ "<jo@a .test>", false, "", "" },
	{ "<.jo@a.test>", false, "", "" },
	{ "<jo.@a.test>", false, "", "" },
	{ "<j..o@a.test>", false, "", "" },
	{ "<j.o@a.test>", true, "j.o", "a.test" },
	{ "<!#$%&'*+-/=?^_`{|}~@a.test>", true, "!#$%&'*+-/=?^_`{|}~", "a.test" },
	{ "<a(b)@a.test>", false, "", "" },
	{ "<a,b@a.test>", false, "", "" },
	{ "<a%b.test@a.test>", true, "a%b.test", "a.test" },     /* policy's business */
	{ "<\"jo\"@a.test>", true, "jo", "a.test" },
	{ "<\"j o\"@a.test>", true, "j o", "a.test" },
	{ "<\"j\\\"o\"@a.test>", true, "j\"o", "a.test" },
	{ "<\"j\\o\\\\\"@a.test>", true, "jo\\", "a.test" },
	{ "<\"jo@b.test\"@a.test>", true, "jo@b.test", "a.test" },
	{ "<\"<>\"@a.test>", true, "<>", "a.test" },
	{ "<\"\"@a.test>", true, "", "a.test" },
	{ "<\"jo@a.test>", false, "", "" },
	{ "<\"jo\\\"@a.test>", false, "", "" },
	{ "<\"j\to\"@a.test>", false, "", "" },
	{ "<\"j\\\to\"@a.test>", false, "", "" },
	{ "<\"j\x7fo\"@a.test>", false, "", "" },
	{ "<\"jo\".x@a.test>", false, "", "" },
	{ "<x\"jo\"@a.test>", false, "", "" },
	{ "<jo@a.test.>", false, "", "" },
	{ "<jo@.a.test>", false, "", "" },
	{ "<jo@a..test>", false, "", "" },
	{ "<jo@-a.test>", false, "", "" },
	{ "<jo@a-.test>", false, "", "" },
	{ "<jo@a_b.test>", false, "", "" },
	{ "<jo@test>", true, "jo", "test" },
	{ "<jo@1.2>", true, "jo", "1.2" },
	{ "<jo@A-1.Test>", true, "jo", "A-1.Test" },
	{ "<jo@[192.0.2.1]>", true, "jo", "[192.0.2.1]" },
	{ "<jo@[IPv6:2001:db8::1]>", true, "jo", "[IPv6:2001:db8::1]" },
	{ "<jo@[x-tag:content]>", true, "jo", "[x-tag:content]" },
	{ "<jo@[192.0.2.1>", false, "", "" },
	{ "<j\xc3\xb6@b\xc3\xbc"  "cher.test>", true, "j\xc3\xb6", "b\xc3\xbc" "cher.test" },
	{ "<\"j \xc3\xb6\"@a.test>", true, "j \xc3\xb6", "a.test" },
	{ "<j\xc3@a.test>", false, "", "" },
	{ "<\"j\xff\"@a.test>", false, "", "" },
	{ "<jo@\xff.test>", false, "", "" },
	{ "<jo@\xe2\x80\x8b.test>", false, "", "" },             /* no U-label */
	/* clang-format on */
};

TEST(smtp_path_reverse)
{
	for (size_t i = 0; i < countof(reverse_paths); i++)
		check_path(slice_of(reverse_paths[i].in), REVERSE_PATH,
			   reverse_paths[i].ok ? PATH_GOOD : PATH_MALFORMED,
			   reverse_paths[i].local, reverse_paths[i].domain);
}

TEST(smtp_path_forward)
{
	check_path(S("<Postmaster>"), FORWARD_PATH, PATH_GOOD, "Postmaster", "");
	check_path(S("<postMASTER> X"), FORWARD_PATH, PATH_GOOD, "postMASTER", "");
	check_path(S("<postmaster@a.test>"), FORWARD_PATH, PATH_GOOD, "postmaster",
		   "a.test");
	check_path(S("<>"), FORWARD_PATH, PATH_MALFORMED, "", "");
	check_path(S("<jo>"), FORWARD_PATH, PATH_MALFORMED, "", "");
	check_path(S("<postmaster"), FORWARD_PATH, PATH_MALFORMED, "", "");
}

static void check_long(size_t local, size_t label, size_t labels,
		       enum smtp_path_kind kind, enum smtp_path_verdict verdict)
{
	struct buf b;
	struct arena memory;
	struct smtp_path path;
	slice in;

	buf_init(&b, 4096);
	arena_init(&memory, SMTP_MEMORY_MAX);
	buf_add_char(&b, '<');
	while (local--)
		buf_add_char(&b, 'l');
	for (size_t i = 0; i < labels; i++) {
		buf_add_char(&b, i ? '.' : '@');
		for (size_t n = 0; n < label; n++)
			buf_add_char(&b, 'd');
	}
	buf_add_char(&b, '>');
	in = buf_slice(&b);
	CHECK_INT(smtp_take_path(&in, kind, &memory, &path), verdict);
	arena_done(&memory);
	buf_done(&b);
}

TEST(smtp_path_limits)
{
	check_long(64, 10, 2, FORWARD_PATH, PATH_GOOD);
	check_long(232, 10, 2, FORWARD_PATH, PATH_GOOD); /* 2 + 232 + 22 = 256 */
	check_long(233, 10, 2, FORWARD_PATH, PATH_TOO_LONG);
	check_long(232, 10, 2, REVERSE_PATH, PATH_GOOD);
	check_long(1, 63, 2, FORWARD_PATH, PATH_GOOD);
	check_long(1, 64, 2, FORWARD_PATH, PATH_MALFORMED);
	check_long(2, 1, 126, FORWARD_PATH, PATH_GOOD); /* 2 + 1 + 251 + 2 = 256 */
	check_long(3, 1, 126, FORWARD_PATH, PATH_TOO_LONG);
	check_long(1, 1, 128, FORWARD_PATH, PATH_TOO_LONG); /* a domain of 255 */
	check_long(1, 1, 129, FORWARD_PATH, PATH_MALFORMED);
}

TEST(smtp_address_literals)
{
	static const struct {
		const char *in;
		bool ok;
	} t[] = {
		{ "[0.0.0.0]", true },
		{ "[255.255.255.255]", true },
		{ "[001.2.3.4]", true },
		{ "[0001.2.3.4]", false },
		{ "[256.1.1.1]", false },
		{ "[1.2.3]", false },
		{ "[1.2.3.4.5]", false },
		{ "[1.2.3.4 ]", false },
		{ "[]", false },
		{ "[IPv6:1:2:3:4:5:6:7:8]", true },
		{ "[ipv6:1:2:3:4:5:6:7:8]", true },
		{ "[IPv6:1:2:3:4:5:6:7]", false },
		{ "[IPv6:1:2:3:4:5:6:7:8:9]", false },
		{ "[IPv6:1:2:3:4:5:6:7:]", false },
		{ "[IPv6::1:2:3:4:5:6:7]", false },
		{ "[IPv6:::]", true },
		{ "[IPv6:::1]", true },
		{ "[IPv6:1::]", true },
		{ "[IPv6:1:2:3:4:5:6::]", true },
		{ "[IPv6:1:2:3::4:5:6]", true },
		{ "[IPv6:1:2:3:4:5:6::8]", false }, /* "::" for one group */
		{ "[IPv6:1::2::3]", false },
		{ "[IPv6:1:::2]", false },
		{ "[IPv6:12345::]", false },
		{ "[IPv6:g::]", false },
		{ "[IPv6:]", false },
		{ "[IPv6::]", false },
		{ "[IPv6:1:2:3:4:5:6:1.2.3.4]", true },
		{ "[IPv6:1:2:3:4:5:1.2.3.4]", false },
		{ "[IPv6:::1.2.3.4]", true },
		{ "[IPv6:1:2:3:4::1.2.3.4]", true },
		{ "[IPv6:1:2:3:4:5::1.2.3.4]", false },
		{ "[IPv6:::1.2.3.4:5]", false },
		{ "[tag:x]", true },
		{ "[tag:]", false },
		{ "[:x]", false },
		{ "[tag-:x]", false },
		{ "[t_g:x]", false },
		{ "[tag:a b]", false },
		{ "[tag:a\\b]", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in), got;
		bool ok = smtp_take_address_literal(&in, &got);

		if (ok != t[i].ok) fail_msg("%s: not %d", t[i].in, t[i].ok);
		CHECK_INT(in.n, ok ? 0 : strlen(t[i].in));
	}
}

/* ---- public test data ---- */

static bool is_good(slice address)
{
	struct buf b;
	struct arena memory;
	struct smtp_path path;
	slice in;
	bool good;

	buf_init(&b, 1 << 16);
	arena_init(&memory, SMTP_MEMORY_MAX);
	buf_add_char(&b, '<');
	buf_add(&b, address);
	buf_add_char(&b, '>');
	in = buf_slice(&b);
	good = smtp_take_path(&in, FORWARD_PATH, &memory, &path) == PATH_GOOD &&
	       in.n == 0;
	buf_done(&b);
	arena_done(&memory);
	return good;
}

/* Entities undone; U+2400 and what follows stand for control characters there. */
static void add_xml_text(slice text, struct buf *out)
{
	static const struct {
		slice entity;
		char c;
	} named[] = { { SLICE_INIT("&amp;"), '&' },
		      { SLICE_INIT("&lt;"), '<' },
		      { SLICE_INIT("&gt;"), '>' },
		      { SLICE_INIT("&quot;"), '"' } };

	while (text.n) {
		uint32_t c = (unsigned char)text.p[0];
		slice digits;

		for (size_t i = 0; i < countof(named); i++)
			if (take_literal(&text, named[i].entity)) {
				text.p--;
				text.n++;
				c = (unsigned char)named[i].c;
			}
		if (take_literal(&text, S("&#x")) && take_until(&text, ';', &digits)) {
			c = 0;
			for (size_t i = 0; i < digits.n; i++)
				c = c << 4 | (uint32_t)hex_value(digits.p[i]);
			if (c >= 0x2400 && c <= 0x2421)
				c = c == 0x2421 ? 127 : c - 0x2400;
			buf_add_code_point(out, c);
			continue;
		}
		text = slice_skip(text, 1);
		buf_add_char(out, (char)c);
	}
}

static bool find_element(slice *in, slice name, slice *ret)
{
	size_t at = slice_find(*in, name), end;

	if (at == in->n) return false;
	*ret = slice_skip(*in, at + name.n);
	end = slice_find_char(*ret, '<');
	*in = slice_skip(*ret, end);
	*ret = slice_head(*ret, end);
	return true;
}

/* What of isemail's categories is an address of RFC 5321. A literal with a tag that is
 * not registered is, by its grammar, and a local part may be long (path.h). */
static bool is_expected(slice address, slice category, slice diagnosis)
{
	if (slice_starts(address, S("test@[1111:"))) return true;
	if (slice_eq(diagnosis, S("ISEMAIL_RFC5322_LOCAL_TOOLONG"))) return true;
	if (slice_eq(diagnosis, S("ISEMAIL_RFC5321_IPV6DEPRECATED"))) return false;
	return slice_eq(category, S("ISEMAIL_VALID_CATEGORY")) ||
	       slice_eq(category, S("ISEMAIL_DNSWARN")) ||
	       slice_eq(category, S("ISEMAIL_RFC5321"));
}

/* What is no matter of RFC 5321: names and comments, "_" in a domain (flanker takes it)
 * and "xn--" with nonsense behind it (flanker decodes it). */
static bool is_left_out(slice line)
{
	return line.n == 0 || line.p[0] == '#' || slice_find(line, S(" <")) < line.n ||
	       slice_find(line, S("(this is")) < line.n ||
	       slice_find(line, S("@under_scope")) < line.n ||
	       slice_find(line, S("@xn--")) < line.n;
}

static void check_list(const char *name, bool good)
{
	char *path = test_data_path(name);
	slice file, rest, line;

	if (!path) {
		TEST_SKIP();
		return;
	}
	file = rest = test_read_file(path);
	while (take_until(&rest, '\n', &line)) {
		line = slice_trim(line);
		if (!is_left_out(line) && is_good(line) != good)
			fail_msg("%.*s: not %d", FMT(line), good);
	}
	free((void *)(uintptr_t)file.p);
	free(path);
}

TEST(smtp_path_flanker)
{
	check_list("addresses/flanker/mailbox_valid.txt", true);
	check_list("addresses/flanker/mailbox_invalid.txt", false);
}

TEST(smtp_path_isemail)
{
	char *path = test_data_path("addresses/isemail/tests.xml");
	slice file, rest, text, category, diagnosis;
	size_t count = 0;

	if (!path) {
		TEST_SKIP();
		return;
	}
	file = rest = test_read_file(path);
	while (find_element(&rest, S("<address>"), &text) &&
	       find_element(&rest, S("<category>"), &category) &&
	       find_element(&rest, S("<diagnosis>"), &diagnosis)) {
		struct buf address;

		buf_init(&address, 1 << 16);
		add_xml_text(text, &address);
		if (is_good(buf_slice(&address)) !=
		    is_expected(text, category, diagnosis))
			fail_msg("%.*s: %.*s", FMT(text), FMT(diagnosis));
		buf_done(&address);
		count++;
	}
	CHECK(count > 100);
	free((void *)(uintptr_t)file.p);
	free(path);
}
