#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_LINES = 16 * 1024, LINE = 76, WORDS = 4096, WORD_MAX = 12 };

/* Lines of text and of base64, each LINE octets and CRLF; mails copy runs of them. */
static char text[POOL_LINES][LINE + 2], code[POOL_LINES][LINE + 2];
static uint32_t this_run;

/* xorshift64*: the same numbers on every machine */
static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * 0x2545F4914F6CDD1DU) >> 16;
}

static void make_words(char words[static WORDS][WORD_MAX + 1], uint64_t *state)
{
	static const char letters[] = "etaoinshrdlcumwfgypbvk";

	for (uint32_t i = 0; i < WORDS; i++) {
		size_t n = 2 + i * (WORD_MAX - 2) / WORDS;

		for (size_t k = 0; k < n; k++)
			words[i][k] = letters[next(state) % (sizeof(letters) - 1)];
	}
}

/* The product of two draws favours the first, short words. */
static void make_text_line(char *to, char words[static WORDS][WORD_MAX + 1],
			   uint64_t *state)
{
	char line[LINE + WORD_MAX + 2];
	int n = 0;

	while (n < LINE) {
		uint64_t pick = next(state) % WORDS * (next(state) % WORDS) / WORDS;

		n += snprintf(line + n, sizeof(line) - (size_t)n, "%s ", words[pick]);
	}
	memcpy(to, line, LINE);
}

static void make_code_line(char *to, uint64_t *state)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < LINE; i++)
		to[i] = digits[next(state) % 64];
}

void corpus_init(uint32_t run)
{
	static char words[WORDS][WORD_MAX + 1];
	uint64_t state = 20260102;

	this_run = run;
	make_words(words, &state);
	for (size_t i = 0; i < POOL_LINES; i++) {
		make_text_line(text[i], words, &state);
		make_code_line(code[i], &state);
		memcpy(text[i] + LINE, "\r\n", 2);
		memcpy(code[i] + LINE, "\r\n", 2);
	}
}

/* About size octets from anywhere in the pool, whole lines. */
static char *add_lines(char *to, char pool[static POOL_LINES][LINE + 2], size_t size,
		       uint64_t *state)
{
	size_t left = size / sizeof(pool[0]) + 1;

	while (left) {
		size_t start = next(state) % (POOL_LINES / 2);
		size_t run = left < POOL_LINES / 2 ? left : POOL_LINES / 2;

		memcpy(to, pool[start], run * sizeof(pool[0]));
		to += run * sizeof(pool[0]);
		left -= run;
	}
	return to;
}

static char *add(char *to, const char *s)
{
	size_t n = strlen(s);

	memcpy(to, s, n);
	return to + n;
}

static char *add_header(char *to, uint32_t number, const char *type)
{
	const char *subject = text[number % POOL_LINES];

	return to +
	       snprintf(to, CORPUS_HEADER_MAX,
			"From: Sender %u <sender%u@load.test>\r\n"
			"To: Reader <reader@example.org>, Other <other@example.org>\r\n"
			"Subject: %.40s\r\n"
			"Date: %u Jun 2026 10:%02u:%02u +0200\r\n"
			"Message-ID: <%u.%u@load.test>\r\n"
			"MIME-Version: 1.0\r\n%s\r\n\r\n",
			number % 100, number % 100, subject, number % 30 + 1,
			number / 60 % 60, number % 60, number, this_run, type);
}

size_t corpus_plain(uint32_t number, size_t size, char *to)
{
	uint64_t state = number + 1;
	char *end = add_header(to, number, "Content-Type: text/plain; charset=utf-8");
	size_t header = (size_t)(end - to);

	if (size > header) end = add_lines(end, text, size - header, &state);
	return (size_t)(end - to);
}

static size_t multipart(uint32_t number, char *to, const char *subtype,
			const char *second, char second_pool[static POOL_LINES][LINE + 2],
			size_t sizes[static 2])
{
	uint64_t state = number + 1;
	char type[100];
	char *end;

	snprintf(type, sizeof(type), "Content-Type: multipart/%s; boundary=\"=_cut\"",
		 subtype);
	end = add_header(to, number, type);
	end = add(end, "--=_cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
	end = add_lines(end, text, sizes[0], &state);
	if (number % CORPUS_RARE == 0)
		end = add(end, "a " CORPUS_RARE_WORD " at last\r\n");
	end = add(end, "--=_cut\r\n");
	end = add(end, second);
	end = add_lines(end, second_pool, sizes[1], &state);
	end = add(end, "--=_cut--\r\n");
	return (size_t)(end - to);
}

size_t corpus_mail(uint32_t number, char *to)
{
	uint64_t state = number + 77;
	uint32_t kind = (uint32_t)(next(&state) % 10),
		 spread = (uint32_t)(next(&state) % 1000);
	size_t n;

	if (kind == 0)
		return multipart(number, to, "mixed",
				 "Content-Type: application/pdf; name=\"figures.pdf\"\r\n"
				 "Content-Disposition: attachment\r\n"
				 "Content-Transfer-Encoding: base64\r\n\r\n",
				 code, (size_t[]){ 2000, 15000 + 20 * spread });
	if (kind < 4)
		return multipart(number, to, "alternative",
				 "Content-Type: text/html; charset=utf-8\r\n\r\n", text,
				 (size_t[]){ 1000 + spread, 3000 + 3 * spread });
	n = corpus_plain(number, 2000 + 5 * spread, to);
	if (number % CORPUS_RARE == 0)
		n = (size_t)(add(to + n, "a " CORPUS_RARE_WORD " at last\r\n") - to);
	return n;
}
