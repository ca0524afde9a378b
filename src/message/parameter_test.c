#include "base/buf.h"
#include "base/test.h"
#include "message/parameter.h"

#include <stdlib.h>
#include <string.h>

typedef bool list_reader(slice list, struct arena *arena,
			 const struct mime_parameter **ret, uint32_t *ret_count);

static void check_list(list_reader *read, const char *in, const char *want)
{
	const struct mime_parameter *p;
	struct arena arena;
	uint32_t count;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 10000);
	CHECK(read(slice_of(in), &arena, &p, &count));
	for (uint32_t i = 0; i < count; i++) {
		buf_add(&out, p[i].name);
		buf_add_char(&out, '=');
		buf_add(&out, p[i].value);
		buf_add_char(&out, '|');
	}
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
	arena_done(&arena);
}

TEST(parameters_as_written)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "", "" },
		{ "; charset=us-ascii (Plain text)", "charset=us-ascii|" },
		{ "; charset=\"us-ascii\"", "charset=us-ascii|" },
		{ " (c) ; (c) a (c) = (c) b (c) ; c=d", "a=b|c=d|" },
		{ "; a=us-ascii(Plain text); b=c", "a=us-ascii|b=c|" },
		{ "; url*0=\"ftp://\";\r\n URL*1*=\"a%20b\"",
		  "url*0=ftp://|URL*1*=a%20b|" },
		{ "; a=\"x\\\"y\\\\\r\n z\"", "a=x\"y\\ z|" },
		{ ";; a=b;;c=d;", "a=b|c=d|" },
		{ "; a=\"\"; b=; c=d", "a=|b=|c=d|" },
		{ "; name=my file (1).pdf; x=y", "name=my file (1).pdf|x=y|" },
		{ "; name=report(1).pdf", "name=report(1).pdf|" },
		{ "; charset=utf-8 format=flowed", "charset=utf-8|format=flowed|" },
		{ "; charset=\"utf-8\" format=flowed", "charset=utf-8|format=flowed|" },
		{ "; boundary=----=_Part/1?2:3", "boundary=----=_Part/1?2:3|" },
		{ "; boundary=\"open; x=y", "boundary=open|x=y|" },
		{ "; a=\"b\"c\"; d=e", "a=b|d=e|" },
		{ "; stray; =odd; a=b", "a=b|" },
		{ "; a=x(open; b=y", "a=x(open|b=y|" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_list(parameter_list_raw, t[i].in, t[i].want);
}

/* Beginning with the examples of RFC 2231 sections 3 and 4. */
TEST(parameters_decoded)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.test/pub/\"",
		  "access-type=URL|URL=ftp://cs.utk.test/pub/|" },
		{ "; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
		  "title=This is ***fun***|" },
		{ "; title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n"
		  " title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
		  "title=This is even more ***fun*** isn't it!|" },
		{ "; n*1=b; x=y; n*0=a; N*2=c", "n=abc|x=y|" },
		{ "; n*10=k; n*9=j; n*0=a; n*0=z", "n=ajk|" },
		{ "; filename=plain; filename*=utf-8''%e2%82%ac", "filename=€|" },
		{ "; filename*=utf-8''%e2%82%ac; filename=plain", "filename=€|" },
		{ "; n*0*=utf-8''%c3; n*1*=%a4", "n=ä|" },
		{ "; n*=iso-2022-jp''%1B$B%25F%1B%28B", "n=テ|" },
		{ "; n*=''%c3%a4; m*=''%e4; o*=x-none''%e4; p*=%41", "n=ä|m=ä|o=ä|p=A|" },
		{ "; n*=utf-8''100%; m*=utf-8''%4", "n=100%|m=%4|" },
		{ "; n=\"=?utf-8?B?w6Q=?= =?utf-8?q?_b?=\"; m=\"\xe4\"; o=\"ä\"",
		  "n=ä b|m=ä|o=ä|" },
		{ "; boundary=\"=?utf-8?q?a?=\"; a=1; A=2",
		  "boundary==?utf-8?q?a?=|a=1|" },
		{ "; *=a; **=b; a*=c'd", "*=b|a=c'd|" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_list(parameter_list_parse, t[i].in, t[i].want);
}

TEST(parameters_are_limited)
{
	static const char *const units[] = { ";a=b",   ";a*1=b",  "(",         ";a=(",
					     ";a=\"",  "a ",      ";a=((b)c",  "=",
					     ";a=b (", ";a=\\\"", "a=(b)c(d)e" };
	enum { SIZE = 1 << 18 };
	char *text = malloc(SIZE);

	for (size_t i = 0; i < countof(units); i++) {
		const struct mime_parameter *p;
		struct arena arena;
		uint32_t count;

		for (size_t k = 0; k < SIZE; k++)
			text[k] = units[i][k % strlen(units[i])];
		arena_init(&arena, MIME_ARENA_MAX);
		CHECK(parameter_list_parse((slice){ text, SIZE }, &arena, &p, &count));
		CHECK(count <= MIME_PARAMETERS_MAX);
		arena_done(&arena);
	}
	free(text);
}
