#include "smtp/data.h"

#include <string.h>

/* The octets of p..end up to the next LF or the end; that LF is not one of them. */
static slice line_before(const char *p, const char *end, bool *ret_lf)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	*ret_lf = lf;
	return (slice){ p, (size_t)((lf ? lf : end) - p) };
}

/* Scans what is left of a line and says where it ended. */
static const char *scan_line(struct data_scanner *d, const char *p, const char *end)
{
	bool has_lf, has_cr = d->state == DATA_CR;
	slice line = line_before(p, end, &has_lf);
	size_t cr = slice_find_char(line, '\r');

	if (line.n) {
		if (has_cr || cr < line.n - 1) d->faults |= DATA_BARE_CR;
		has_cr = line.p[line.n - 1] == '\r';
	}
	if (!has_lf) {
		d->state = has_cr ? DATA_CR : DATA_TEXT;
		return end;
	}
	d->state = has_cr || d->is_typed ? DATA_LINE_START : DATA_TEXT;
	if (!has_cr) d->faults |= DATA_BARE_LF;
	return line.p + line.n + 1;
}

static bool is_at_dot(const struct data_scanner *d, const char *p)
{
	return d->state == DATA_LINE_START && *p == '.' && !d->is_verbatim;
}

/* Content up to the next line that starts with a dot. */
static slice take_run(struct data_scanner *d, slice *in)
{
	const char *p = in->p, *end = in->p + in->n;
	slice run;

	do {
		p = scan_line(d, p, end);
	} while (p < end && !is_at_dot(d, p));
	run = slice_head(*in, (size_t)(p - in->p));
	if (slice_find_char(run, '\0') < run.n) d->faults |= DATA_NUL;
	d->size += run.n;
	*in = slice_skip(*in, run.n);
	return run;
}

static bool is_typed_end(const struct data_scanner *d, slice *in)
{
	return d->is_typed && take_char(in, '\n');
}

/* One octet that tells whether a dot is the end or stuffing; false: it is content. */
static bool take_dot_octet(struct data_scanner *d, slice *in)
{
	switch (d->state) {
	case DATA_LINE_START:
		if (!is_at_dot(d, in->p)) return false;
		*in = slice_skip(*in, 1);
		d->state = DATA_DOT;
		return true;
	case DATA_DOT:
		if (take_char(in, '\r'))
			d->state = DATA_DOT_CR;
		else
			d->state = is_typed_end(d, in) ? DATA_ENDED : DATA_TEXT;
		return true;
	case DATA_DOT_CR:
		if (take_char(in, '\n')) {
			d->state = DATA_ENDED;
		} else {
			d->faults |= DATA_BARE_CR;
			d->state = DATA_TEXT;
		}
		return true;
	default:
		return false;
	}
}

bool data_scanner_take(struct data_scanner *d, slice *in, slice *ret)
{
	while (in->n && d->state != DATA_ENDED) {
		if (take_dot_octet(d, in)) continue;
		*ret = take_run(d, in);
		return true;
	}
	return false;
}

void data_scanner_end(struct data_scanner *d)
{
	if (d->state == DATA_CR) d->faults |= DATA_BARE_CR;
}
