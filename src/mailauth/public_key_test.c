#include "mailauth/public_key.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/test.h"
#include "mailauth/signing_key.h"

#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" /* RFC 8463 A.2 */
/* RFC 6376 C, and the same as RSAPublicKey. */
#define RSA                                                                              \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkM"               \
	"oGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/R"               \
	"tdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToI"               \
	"MmPSPDdQPNUYckcQ2QIDAQAB"
#define BARE_RSA                                                                         \
	"MIGJAoGBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD"               \
	"5BtNmhPrYYDlWlzw3UgnKisIxktkk5+iMQMlFtAS10JB8L3YadXNJY+JBcbeSi5T"               \
	"gJe4WFzNgW95FWDAuSTRXSWZfA/8xjflbTLDx0euFZOM7C4T0GwLAgMBAAE="

static void check_record(slice record, enum dkim_verdict verdict, const char *reason)
{
	struct public_key key;
	struct dkim_finding got = public_key_parse(record, &key);

	CHECK_SLICE(slice_of(got.reason), slice_of(reason));
	CHECK_INT(got.verdict, verdict);
	CHECK_INT(key.key != NULL, verdict == DKIM_PASS);
	public_key_done(&key);
}

TEST(public_key_records)
{
	static const struct {
		const char *record, *reason; /* NULL: good */
	} t[] = {
		{ "v=DKIM1; k=rsa; p=" RSA, NULL },
		{ "p=" RSA ";", NULL },
		{ "v=DKIM1; p=" BARE_RSA, NULL },
		{ "k=ed25519; p=" ED25519, NULL },
		{ "v=DKIM1; g=*; n=note; h=sha1:sha256; s=tlsrpt:email; t=y; new=x; "
		  "p=" RSA,
		  NULL },
		{ "v=DKIM1; s=*; p=" RSA, NULL },
		{ "", "the key record is malformed" },
		{ "v=DKIM1: g=*; k=rsa; p=" RSA, "the key record is not DKIM1" },
		{ "v=DKIM1.0; p=" RSA, "the key record is not DKIM1" },
		{ "v=dkim1; p=" RSA, "the key record is not DKIM1" },
		{ "p=" RSA "; v=DKIM1", "the key record is not DKIM1" },
		{ "v=spf1 -all", "the key record is not DKIM1" },
		{ "v=DKIM1; k=rsa; omg", "the key record is malformed" },
		{ "v=DKIM1; k=ed25519-sha256; p=" RSA, "the key's type is not known" },
		{ "v=DKIM1; h=sha1; p=" RSA, "the key is not for sha256" },
		{ "v=DKIM1; s=tlsrpt; p=" RSA, NULL },
		{ "v=DKIM1; s=other; p=" RSA, "the key is not for email" },
		{ "v=DKIM1; k=rsa", "the key record has no p=" },
		{ "v=DKIM1; p=", "the key is revoked" },
		{ "v=DKIM1; p= ;", "the key is revoked" },
		{ "v=DKIM1; p=!", "the key cannot be read" },
		{ "v=DKIM1; p=" ED25519, "the key cannot be read" },
		{ "v=DKIM1; k=ed25519; p=" RSA, "the key cannot be read" },
		{ "v=DKIM1; k=ed25519; p=AAAA", "the key cannot be read" },
		{ "v=DKIM1; p=" RSA "AAAA",
		  "the key cannot be read" }, /* more behind it */
	};

	for (size_t i = 0; i < countof(t); i++)
		check_record(slice_of(t[i].record),
			     t[i].reason ? DKIM_PERMERROR : DKIM_PASS, t[i].reason);
}

TEST(public_key_flags)
{
	struct public_key key;

	CHECK(!public_key_parse(S("t=y : s; p=" RSA), &key).verdict);
	CHECK(key.testing && key.strict);
	CHECK_INT(key.bits, 1024);
	public_key_done(&key);
	CHECK(!public_key_parse(S("t=x; k=ed25519; p=" ED25519), &key).verdict);
	CHECK(!key.testing && !key.strict);
	CHECK_INT(key.type, KEY_ED25519);
	public_key_done(&key);
	CHECK(public_key_parse(S("t=y; p="), &key).verdict);
	CHECK(key.testing); /* said even of a revoked key */
}

static void check_rsa_size(unsigned bits, enum dkim_verdict verdict, const char *reason)
{
	EVP_PKEY *made = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	unsigned char *der = NULL;
	struct buf record;
	int n = i2d_PUBKEY(made, &der);

	CHECK(n > 0);
	buf_init(&record, 10000);
	buf_add(&record, S("p="));
	base64_encode(&record, (slice){ (const char *)der, (size_t)n });
	check_record(buf_slice(&record), verdict, reason);
	buf_done(&record);
	OPENSSL_free(der);
	EVP_PKEY_free(made);
}

/* RFC 8301 3.2. */
TEST(public_key_sizes)
{
	check_rsa_size(512, DKIM_FAIL, "the key is too short");
	check_rsa_size(1016, DKIM_FAIL, "the key is too short");
	check_rsa_size(1024, DKIM_PASS, NULL);
}

static void check_key(enum key_type type)
{
	const uint8_t digest[SHA256_OCTETS] = { 1, 2, 3 },
		      other[SHA256_OCTETS] = { 1, 2 };
	struct signature s = { .key = type,
			       .domain = SLICE_INIT("a.test"),
			       .identity = SLICE_INIT("x@b.a.test") };
	struct public_key public;
	struct signing_key *key;
	struct buf pem, record, octets;

	buf_init(&pem, SIGNING_PEM_MAX);
	buf_init(&record, KEY_RECORD_MAX);
	buf_init(&octets, SIGNING_OCTETS_MAX);
	CHECK_INT(signing_key_generate(type, &pem), ERR_NONE);
	key = signing_key_read(buf_slice(&pem));
	CHECK(key && signing_key_type(key) == type);
	CHECK_INT(signing_key_record(key, &record), ERR_NONE);
	CHECK_INT(signing_key_sign(key, digest, &octets), ERR_NONE);
	CHECK(!public_key_parse(buf_slice(&record), &public).verdict);
	CHECK_INT(public.bits, type == KEY_RSA ? SIGNING_RSA_BITS : 256);
	s.octets = buf_slice(&octets);
	CHECK_INT(public_key_verify(&public, &s, digest).verdict, DKIM_PASS);
	CHECK_INT(public_key_verify(&public, &s, other).verdict, DKIM_FAIL);
	s.octets = slice_skip(s.octets, 1);
	CHECK_INT(public_key_verify(&public, &s, digest).verdict, DKIM_FAIL);
	public.strict = true;
	CHECK_INT(public_key_verify(&public, &s, digest).verdict, DKIM_PERMERROR);
	s.key = type == KEY_RSA ? KEY_ED25519 : KEY_RSA;
	CHECK_INT(public_key_verify(&public, &s, digest).verdict, DKIM_PERMERROR);
	public_key_done(&public);
	signing_key_free(key);
	buf_wipe(&pem);
	buf_done(&record);
	buf_done(&octets);
}

TEST(signing_key_rsa)
{
	check_key(KEY_RSA);
}

TEST(signing_key_ed25519)
{
	check_key(KEY_ED25519);
}

#define PEM(type, text) "-----BEGIN " type "-----\n" text "\n-----END " type "-----\n"

/* PKCS #8 around the secret key of RFC 8463 A.1. */
static const slice rfc8463_key = SLICE_INIT(
	PEM("PRIVATE KEY",
	    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"));

TEST(signing_key_known)
{
	struct signing_key *key = signing_key_read(rfc8463_key);
	struct buf record, line;

	buf_init(&record, 1000);
	buf_init(&line, 1000);
	CHECK(key);
	CHECK_INT(signing_key_record(key, &record), ERR_NONE);
	CHECK_SLICE(buf_slice(&record), S("v=DKIM1; k=ed25519; p=" ED25519));
	CHECK_INT(signing_key_zone_line(key, S("s"), S("a.test"), &line), ERR_NONE);
	CHECK_SLICE(buf_slice(&line),
		    S("s._domainkey.a.test. IN TXT ( \"v=DKIM1; k=ed25519; p=" ED25519
		      "\" )"));
	line.max = line.n + 10;
	CHECK_INT(signing_key_zone_line(key, S("s"), S("a.test"), &line), ERR_LIMIT);
	buf_reset(&record);
	signing_key_serve(key, S("tlsrpt"));
	CHECK_INT(signing_key_record(key, &record), ERR_NONE);
	CHECK_SLICE(buf_slice(&record), S("v=DKIM1; k=ed25519; s=tlsrpt; p=" ED25519));
	buf_done(&record);
	buf_done(&line);
	signing_key_free(key);
}

/* The strings of a zone line, joined, are the record. */
TEST(signing_key_long_zone_line)
{
	struct buf pem, record, line, joined;
	struct signing_key *key;
	slice rest, string;

	buf_init(&pem, SIGNING_PEM_MAX);
	buf_init(&record, KEY_RECORD_MAX);
	buf_init(&line, KEY_RECORD_MAX);
	buf_init(&joined, KEY_RECORD_MAX);
	CHECK_INT(signing_key_generate(KEY_RSA, &pem), ERR_NONE);
	key = signing_key_read(buf_slice(&pem));
	CHECK_INT(signing_key_record(key, &record), ERR_NONE);
	CHECK_INT(signing_key_zone_line(key, S("s"), S("a.test"), &line), ERR_NONE);
	rest = buf_slice(&line);
	while (take_until(&rest, '"', &string)) {
		CHECK(take_until(&rest, '"', &string));
		CHECK(string.n <= 255);
		buf_add(&joined, string);
	}
	CHECK_SLICE(buf_slice(&joined), buf_slice(&record));
	signing_key_free(key);
	buf_wipe(&pem);
	buf_done(&record);
	buf_done(&line);
	buf_done(&joined);
}

TEST(signing_key_refused)
{
	static const char *const bad[] = {
		"",
		"no PEM",
		PEM("PRIVATE KEY", "AAAA"),
		PEM("PUBLIC KEY", RSA),
		PEM("EC PRIVATE KEY",
		    "MHcCAQEEIBvIZb0hT9vRw8h9dS0lZ2ZkK6yAq1c1uYt3nH1c7e5poAoGCCqGSM49"),
	};
	struct buf pem;

	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!signing_key_read(slice_of(bad[i])));
	buf_init(&pem, 100);
	CHECK_INT(signing_key_generate(KEY_ED25519, &pem), ERR_INTERNAL);
	CHECK_INT(pem.n, 0);
	buf_done(&pem);
	signing_key_free(NULL);
}
