/*
 * imap_load - runs IMAP commands one after the other, and says what each took
 *
 *   imap_load HOST:PORT USER PASSWORD COMMAND...
 *
 * A line for each: `SECONDS OCTETS LINES STATUS`, of the whole answer. Besides what
 * goes to the server as it is, `@append MAILBOX FIRST COUNT BATCH` adds mails of the
 * corpus, BATCH in each APPEND (more than one: MULTIAPPEND, RFC 3502).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"
#include "load.h"

enum { WORD_MAX = 64 };

struct answer {
	size_t octets, lines;
	char status[WORD_MAX]; /* OK, NO or BAD */
};

static const char tag[] = "zq7x ";

/* The octets of a literal that follows the line `... {N}`, or 0. */
static size_t literal_after(const char *line, size_t n)
{
	size_t value = 0, scale = 1;

	if (n < 5 || line[n - 3] != '}') return 0;
	for (n -= 4; n && isdigit((unsigned char)line[n]); n--, scale *= 10)
		value += scale * (size_t)(line[n] - '0');
	return line[n] == '{' ? value : 0;
}

static void read_answer(struct link *l, struct answer *a)
{
	*a = (struct answer){ 0 };
	for (;;) {
		size_t n, literal;
		const char *line = link_line(l, &n);

		a->octets += n;
		if (n > sizeof(tag) && memcmp(line, tag, sizeof(tag) - 1) == 0) {
			snprintf(a->status, WORD_MAX, "%.*s",
				 (int)strcspn(line + sizeof(tag) - 1, " \r"),
				 line + sizeof(tag) - 1);
			if (a->status[0] != 'O') fprintf(stderr, "%.*s", (int)n, line);
			return;
		}
		a->lines++;
		literal = literal_after(line, n);
		link_skip(l, literal);
		a->octets += literal;
	}
}

/* One APPEND of so many mails, sent in one piece. */
static void append(struct link *l, const char *mailbox, uint32_t first, uint32_t count,
		   struct answer *a)
{
	char *command =
		malloc((size_t)count * (CORPUS_MAIL_MAX + WORD_MAX) + 2 * WORD_MAX);
	char *end = command, *mail = malloc(CORPUS_MAIL_MAX);

	end += snprintf(end, 2 * WORD_MAX, "%sAPPEND %s", tag, mailbox);
	for (uint32_t i = 0; i < count; i++) {
		size_t n = corpus_mail(first + i, mail);

		end += snprintf(end, WORD_MAX, " {%zu+}\r\n", n);
		memcpy(end, mail, n);
		end += n;
	}
	memcpy(end, "\r\n", 2);
	link_send(l, command, (size_t)(end + 2 - command));
	read_answer(l, a);
	free(command);
	free(mail);
}

static void append_all(struct link *l, const char *arguments, struct answer *a)
{
	char mailbox[WORD_MAX];
	uint32_t first, count, batch;

	if (sscanf(arguments, "%63s %u %u %u", mailbox, &first, &count, &batch) != 4 ||
	    !batch)
		refused("not MAILBOX FIRST COUNT BATCH", arguments, strlen(arguments));
	for (uint32_t done = 0; done < count; done += batch) {
		uint32_t now = count - done < batch ? count - done : batch;

		append(l, mailbox, first + done, now, a);
		if (a->status[0] != 'O') return;
	}
}

static void run(struct link *l, const char *command)
{
	static const char append_verb[] = "@append ";
	struct answer a = { 0 };
	double begin = seconds();

	if (strncmp(command, append_verb, sizeof(append_verb) - 1) == 0) {
		append_all(l, command + sizeof(append_verb) - 1, &a);
	} else {
		link_say(l, "%s%s\r\n", tag, command);
		read_answer(l, &a);
	}
	printf("%.6f %zu %zu %s\n", seconds() - begin, a.octets, a.lines, a.status);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct link l;

	if (argc < 5) {
		fprintf(stderr, "usage: imap_load HOST:PORT USER PASSWORD COMMAND...\n");
		return 2;
	}
	link_set_server(argv[1]);
	corpus_init(0);
	link_open(&l, false);
	link_expect(&l, "* ", "OK");
	link_say(&l, "%sLOGIN %s %s\r\n", tag, argv[2], argv[3]);
	link_expect(&l, tag, "OK");
	for (int i = 4; i < argc; i++)
		run(&l, argv[i]);
	link_close(&l);
	return 0;
}
