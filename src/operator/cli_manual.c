#include <stdio.h>

#include "config/config.h"
#include "operator/cli.h"

enum { MANUAL_MAX = 256 * 1024 };

static const char head[] =
	".Dd November 25, 2026\n.Dt POSTROOM.CONF 5\n.Os\n"
	".Sh NAME\n.Nm postroom.conf\n.Nd configuration of the mail server\n"
	".Sh DESCRIPTION\n"
	"One text file in sections.\nA line\n.Ql [section name]\nbegins a section,\n"
	".Ql key = value\nsets a key of it, and\n.Ql #\n"
	"at the start of a line or behind white space begins a comment.\n"
	"An unknown key or a bad value is a fault, told with its line by\n"
	".Ic postroom check .\n"
	"Relative paths are taken from the file's own folder.\n.Pp\n"
	"Sizes take K, M, G or T, times s, m, h, d or w.\n"
	"Addresses to listen on are HOST:PORT with a numeric host, *:PORT,\n"
	"[IPV6]:PORT or unix:/PATH; a listener that is absent is off.\n"
	".Sh KEYS\n";

static const char tail[] = ".Sh SIGNALS\nSIGHUP reads the file and the certificate "
			   "again; a key that needs a\n"
			   "restart is named in the log.\n.Sh SEE ALSO\n.Xr postroom 1\n";

enum cli_status cli_manual(int, char **)
{
	struct buf text;

	buf_init(&text, MANUAL_MAX);
	buf_add(&text, slice_of(head));
	config_write_manual(&text);
	buf_add(&text, slice_of(tail));
	fwrite(buf_slice(&text).p, 1, text.n, stdout);
	buf_done(&text);
	return CLI_DONE;
}
