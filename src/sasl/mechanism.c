#include "sasl/mechanism.h"

#include "base/random.h"
#include "sasl/exchange.h"

enum {
	SCRAM = SASL_CLIENT_FIRST | SASL_NEEDS_SCRAM_KEYS,
	SCRAM_PLUS = SCRAM | SASL_BINDS_CHANNEL,
	CRAM = SASL_SERVER_FIRST | SASL_NEEDS_SECRETS,
	CERTIFICATE = SASL_CLIENT_FIRST | SASL_NEEDS_CERTIFICATE,
	TOKEN = SASL_CLIENT_FIRST | SASL_NEEDS_TOKENS | SASL_SHOWS_PASSWORD,
};

/* clang-format off */
static const struct sasl_mechanism mechanisms[] = {
	{ SLICE_INIT("EXTERNAL"), CERTIFICATE, 0, &external_server, NULL },
	{ SLICE_INIT("SCRAM-SHA-256-PLUS"), SCRAM_PLUS, SCRAM_SHA256, &scram_server, &scram_client },
	{ SLICE_INIT("SCRAM-SHA-1-PLUS"),   SCRAM_PLUS, SCRAM_SHA1,   &scram_server, &scram_client },
	{ SLICE_INIT("SCRAM-SHA-256"),      SCRAM,      SCRAM_SHA256, &scram_server, &scram_client },
	{ SLICE_INIT("SCRAM-SHA-1"),        SCRAM,      SCRAM_SHA1,   &scram_server, &scram_client },
	{ SLICE_INIT("CRAM-MD5"), CRAM, 0, &cram_md5_server, &cram_md5_client },
	{ SLICE_INIT("PLAIN"), SASL_CLIENT_FIRST | SASL_SHOWS_PASSWORD, 0, &plain_server, &plain_client },
	{ SLICE_INIT("LOGIN"), SASL_SHOWS_PASSWORD, 0, &login_server, &login_client },
	/* Last: who has a password as well must not be tempted. */
	{ SLICE_INIT("OAUTHBEARER"), TOKEN, 0, &oauthbearer_server, NULL },
	{ SLICE_INIT("XOAUTH2"), TOKEN, 0, &xoauth2_server, NULL },
};
/* clang-format on */

const struct sasl_mechanism *sasl_mechanisms(size_t *ret_count)
{
	*ret_count = countof(mechanisms);
	return mechanisms;
}

const struct sasl_mechanism *sasl_find(slice name)
{
	for (size_t i = 0; i < countof(mechanisms); i++)
		if (slice_eq_nocase(mechanisms[i].name, name)) return &mechanisms[i];
	return NULL;
}

bool sasl_is_usable(const struct sasl_mechanism *m, const struct tls_facts *tls,
		    unsigned refused)
{
	slice binding;

	if (m->flags & refused) return false;
	if (m->flags & SASL_NEEDS_CERTIFICATE) return tls && tls->peer_is_verified;
	return !(m->flags & SASL_BINDS_CHANNEL) || binding_best(tls, &binding);
}

static bool has_word(slice words, slice wanted)
{
	slice word;

	while (words.n) {
		if (take_word(&words, &word) && slice_eq_nocase(word, wanted))
			return true;
		take_char(&words, ' ');
	}
	return false;
}

const struct sasl_mechanism *sasl_choose(slice offered, const struct tls_facts *tls,
					 unsigned refused)
{
	for (size_t i = 0; i < countof(mechanisms); i++)
		if (mechanisms[i].client &&
		    sasl_is_usable(&mechanisms[i], tls, refused) &&
		    has_word(offered, mechanisms[i].name))
			return &mechanisms[i];
	return NULL;
}

void sasl_nonce(char ret[SASL_NONCE])
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_";
	uint8_t random[SASL_NONCE];

	_Static_assert(sizeof(alphabet) - 1 == 64, "6 bits a character");
	random_bytes(random, sizeof(random));
	for (size_t i = 0; i < SASL_NONCE; i++)
		ret[i] = alphabet[random[i] & 63];
}
