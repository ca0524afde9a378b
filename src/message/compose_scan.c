#include "message/compose_scan.h"

#include "message/header_write.h"

struct compose_scan compose_scan_start(slice mark)
{
	return (struct compose_scan){ .mark = mark, .is_mark = true };
}

static void end_line(struct compose_scan *s)
{
	s->line = 0;
	s->is_mark = true;
}

static void add_to_line(struct compose_scan *s, char c)
{
	if (s->is_mark && s->line < s->mark.n) {
		s->is_mark = s->mark.p[s->line] == c;
		if (s->is_mark && s->line + 1 == s->mark.n) s->has_mark = true;
	}
	if (++s->line > HEADER_LINE_MAX) s->has_long_line = true;
	if (c == '\0') s->has_nul = true;
	if ((unsigned char)c >= 0x80) s->has_8bit = true;
}

void compose_scan_feed(struct compose_scan *s, slice piece)
{
	for (size_t i = 0; i < piece.n; i++) {
		char c = piece.p[i];

		if (s->after_cr != (c == '\n')) s->has_other_ends = true;
		s->after_cr = c == '\r';
		if (c == '\n')
			end_line(s);
		else if (c != '\r')
			add_to_line(s, c);
	}
}

void compose_scan_end(struct compose_scan *s)
{
	if (s->after_cr) s->has_other_ends = true;
}

bool compose_scan_is_7bit(const struct compose_scan *s)
{
	return !s->has_8bit && !s->has_nul && !s->has_long_line && !s->has_other_ends;
}
