#include "mailauth/signature.h"

#include "base/test.h"
#include "mailauth/body_hashes.h"

#define SIGNED "b=eA==; bh=eA==; h=from; s=sel; d=a.test; v=1"

static const struct {
	enum signature_kind kind;
	const char *in;
	enum dkim_verdict verdict;
	const char *reason;
} cases[] = {
	/* clang-format off */
	{ SIGNATURE_DKIM, "a=rsa-sha256; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, " a = ed25519-sha256 ;\r\n " SIGNED ";", DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; z=From:x|To:y; new=1; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; q=dns/txt; i=jo@b.a.test; t=5; x=6; l=7; c=relaxed; "
	  SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; x=99999999999999999999999; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=@A.TEST; q=x/y:dns/txt; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=\"a@b\"@a.test; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=j\303\266@\303\266.a.test; " SIGNED, DKIM_PASS, NULL },
	{ SIGNATURE_DKIM, "", DKIM_NEUTRAL, "the tags are malformed" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; b; " SIGNED, DKIM_NEUTRAL, "the tags are malformed" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; a=rsa-sha256; " SIGNED, DKIM_NEUTRAL,
	  "the tags are malformed" },
	{ SIGNATURE_DKIM, "a=rsa-sha1; " SIGNED, DKIM_PERMERROR, "rsa-sha1 is historic" },
	{ SIGNATURE_DKIM, "a=dsa-sha256; " SIGNED, DKIM_NEUTRAL, "a= is not known" },
	{ SIGNATURE_DKIM, SIGNED, DKIM_NEUTRAL, "a= is missing" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; c=nowsp; " SIGNED, DKIM_NEUTRAL, "c= is not known" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; c=simple/; " SIGNED, DKIM_NEUTRAL, "c= is not known" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; l=-1; " SIGNED, DKIM_NEUTRAL, "l= is no number" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; l=; " SIGNED, DKIM_NEUTRAL, "l= is no number" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; q=dns; " SIGNED, DKIM_NEUTRAL, "q= is not known" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; t=x; " SIGNED, DKIM_NEUTRAL, "t= is no time" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; t=6; x=6; " SIGNED, DKIM_NEUTRAL,
	  "x= is not after t=" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=@b.test; " SIGNED, DKIM_PERMERROR,
	  "i= is not below d=" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=@xa.test; " SIGNED, DKIM_PERMERROR,
	  "i= is not below d=" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; i=a.test; " SIGNED, DKIM_PERMERROR,
	  "i= is not below d=" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=to:subject; s=x; d=a.test",
	  DKIM_PERMERROR, "From is not signed" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=; s=x; d=a.test",
	  DKIM_PERMERROR, "From is not signed" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=2; b=eA==; bh=eA==; h=from; s=x; d=a.test",
	  DKIM_NEUTRAL, "v= is not 1" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=e!==; bh=eA==; h=from; s=x; d=a.test",
	  DKIM_NEUTRAL, "b= is no base64" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=; h=from; s=x; d=a.test",
	  DKIM_NEUTRAL, "bh= is no base64" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=from; s=x; d=test",
	  DKIM_NEUTRAL, "d= is no domain name" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=from; s=x; d=a..test",
	  DKIM_NEUTRAL, "d= is no domain name" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=from; s=x; d=[1.2.3.4]",
	  DKIM_NEUTRAL, "d= is no domain name" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=from; s=; d=a.test",
	  DKIM_NEUTRAL, "s= is no selector" },
	{ SIGNATURE_DKIM, "a=rsa-sha256; v=1; b=eA==; bh=eA==; h=from; s=a b; d=a.test",
	  DKIM_NEUTRAL, "s= is no selector" },
	{ SIGNATURE_ARC_MESSAGE, "i=50; a=rsa-sha256; b=eA==; bh=eA==; h=; s=x; d=a.test",
	  DKIM_PASS, NULL },
	{ SIGNATURE_ARC_MESSAGE, "i=51; a=rsa-sha256; b=eA==; bh=eA==; h=; s=x; d=a.test",
	  DKIM_NEUTRAL, "i= is no instance" },
	{ SIGNATURE_ARC_MESSAGE, "a=rsa-sha256; b=eA==; bh=eA==; h=; s=x; d=a.test",
	  DKIM_NEUTRAL, "i= is missing" },
	{ SIGNATURE_ARC_SEAL, "i=1; cv=none; a=rsa-sha256; b=eA==; s=x; d=a.test; l=x",
	  DKIM_PASS, NULL },
	{ SIGNATURE_ARC_SEAL, "i=1; cv=none; a=rsa-sha256; b=eA==; s=x; d=a.test; h=from",
	  DKIM_NEUTRAL, "a seal has h=" },
	/* clang-format on */
};

TEST(signature_parse)
{
	for (size_t i = 0; i < countof(cases); i++) {
		struct dkim_finding got;
		struct signature s;
		struct arena arena;

		arena_init(&arena, 10000);
		got = signature_parse(cases[i].kind, slice_of(cases[i].in), &arena, &s);
		CHECK_SLICE(slice_of(got.reason), slice_of(cases[i].reason));
		CHECK_INT(got.verdict, cases[i].verdict);
		arena_done(&arena);
	}
}

TEST(signature_tags)
{
	struct signature s;
	struct arena arena;

	arena_init(&arena, 10000);
	CHECK_INT(
		signature_parse(SIGNATURE_DKIM,
				S("v=1; a=RSA-SHA256; c=relaxed/relaxed; d=A.test; s=x.y;"
				  " t=12; x=34; l=56; h=From :\r\n To; i=j=6F=20=\r\n "
				  "3Bo@ b.a.test; bh=YW\r\n Jj; b= eA\r\n\t== "),
				&arena, &s)
			.verdict,
		DKIM_PASS);
	CHECK_INT(s.key, KEY_RSA);
	CHECK_INT(s.header_canon, CANON_RELAXED);
	CHECK_INT(s.body_canon, CANON_RELAXED);
	CHECK_SLICE(s.domain, S("A.test"));
	CHECK_SLICE(s.selector, S("x.y"));
	CHECK_SLICE(s.identity, S("jo =3Bo@b.a.test"));
	CHECK_SLICE(s.octets, S("x"));
	CHECK_SLICE(s.body_hash, S("abc"));
	CHECK_INT(s.signed_at, 12);
	CHECK_INT(s.expires_at, 34);
	CHECK_INT(s.body_length, 56);
	CHECK_INT(signature_parse(SIGNATURE_DKIM, S("a=rsa-sha256; " SIGNED), &arena, &s)
			  .verdict,
		  DKIM_PASS);
	CHECK_SLICE(s.identity, S("@a.test"));
	CHECK_INT(s.header_canon, CANON_SIMPLE);
	CHECK_INT(s.body_canon, CANON_SIMPLE);
	CHECK_INT(s.body_length, BODY_WHOLE);
	CHECK_INT(s.signed_at, -1);
	arena_done(&arena);
}

TEST(signature_limits)
{
	struct dkim_finding got;
	struct signature s;
	struct arena arena;
	struct buf text;

	arena_init(&arena, 100000);
	buf_init(&text, 100000);
	buf_add(&text, S("v=1; a=rsa-sha256; b=eA==; bh=eA==; s=x; d=a.test; h=from"));
	for (int i = 1; i < SIGNED_NAMES_MAX; i++)
		buf_add(&text, S(":x"));
	got = signature_parse(SIGNATURE_DKIM, buf_slice(&text), &arena, &s);
	CHECK_INT(got.verdict, DKIM_PASS);
	buf_add(&text, S(":x"));
	got = signature_parse(SIGNATURE_DKIM, buf_slice(&text), &arena, &s);
	CHECK_SLICE(slice_of(got.reason), S("h= is too long"));
	while (text.n <= SIGNATURE_MAX)
		buf_add(&text, S("        "));
	got = signature_parse(SIGNATURE_DKIM, buf_slice(&text), &arena, &s);
	CHECK_SLICE(slice_of(got.reason), S("the signature is too long"));
	buf_done(&text);
	arena_done(&arena);
}
