#include "sasl/bearer_message.h"

#include "base/test.h"

#define A "\x01"
#define TOKEN "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="

struct sample {
	slice message;
	bool good;
	slice authorization, token;
};

#define GOOD(message, who, token)                                                        \
	{                                                                                \
		SLICE_INIT(message), true, SLICE_INIT(who), SLICE_INIT(token)            \
	}
#define BAD(message)                                                                     \
	{                                                                                \
		SLICE_INIT(message), false, { 0 },                                       \
		{                                                                        \
			0                                                                \
		}                                                                        \
	}

static void check(bool (*read)(slice, struct bearer_message *), const struct sample *t)
{
	struct bearer_message m = { 0 };

	CHECK_INT(read(t->message, &m), t->good);
	CHECK_SLICE(m.authorization, t->authorization);
	CHECK_SLICE(m.token, t->token);
}

TEST(bearer_oauth_messages)
{
	/* clang-format off */
	static const struct sample t[] = {
		/* RFC 7628 4.1 and 4.3 */
		GOOD("n,a=user@example.com," A "host=server.example.com" A "port=143" A
		     "auth=Bearer " TOKEN A A, "user@example.com", TOKEN),
		GOOD("n,a=user@example.com," A "host=server.example.com" A "port=143" A
		     "auth=" A A, "user@example.com", ""),
		GOOD("n,," A "auth=bearer  x" A A, "", "x"),
		GOOD("y,," A "auth=BeArEr x" A "unknown=a=b" A A, "", "x"),
		GOOD("n,a=a=2Cb," A "auth=Bearer x" A A, "a=2Cb", "x"),
		GOOD("n,," A "auth=OAuth realm=\"Example\",\r\n\toauth_token=\"k\"" A A, "", ""),
		GOOD("n,," A "auth=Bearer x y" A A, "", ""),
		GOOD("n,," A "auth=Bearer =" A A, "", ""),
		GOOD("n,," A "auth=Bearer" A A, "", ""),
		BAD(""),
		BAD(A),
		BAD("n,,"),
		BAD("n,," A A),
		BAD("n,," A "host=h" A A),
		BAD("n,," A "auth=Bearer x"),
		BAD("n,," A "auth=Bearer x" A),
		BAD("n,," A "auth=Bearer x" A A "more"),
		BAD("n,," A "auth=Bearer x" A "auth=Bearer y" A A),
		BAD("n,," A "auth=Bearer \0" A A),
		BAD("n,," A "h0st=h" A "auth=Bearer x" A A),
		BAD("n,," A "=h" A "auth=Bearer x" A A),
		BAD("n,," A "auth" A A),
		BAD("p=tls-exporter,," A "auth=Bearer x" A A),
		BAD("n" A "auth=Bearer x" A A),
		BAD("user=jo" A "auth=Bearer x" A A),
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(t); i++)
		check(bearer_read_oauth, &t[i]);
}

TEST(bearer_xoauth2_messages)
{
	/* clang-format off */
	static const struct sample t[] = {
		GOOD("user=someuser@example.com" A "auth=Bearer ya29.vF9dft4" A A,
		     "someuser@example.com", "ya29.vF9dft4"),
		GOOD("user=jo" A "auth=" A A, "jo", ""),
		BAD("user=jo" A "auth=Bearer x" A),
		BAD("user=" A "auth=Bearer x" A A),
		BAD("auth=Bearer x" A A),
		BAD("user=jo" A A),
		BAD("user=jo" A "user=ann" A "auth=Bearer x" A A),
		BAD("n,a=jo," A "auth=Bearer x" A A),
		BAD(""),
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(t); i++)
		check(bearer_read_xoauth2, &t[i]);
}
