#include "imap/resync.h"

#include "base/test.h"
#include "imap/fetch_modifiers.h"

TEST(resync_parameter)
{
	static const struct {
		const char *in;
		bool ok;
		uint32_t known, matches; /* members */
	} t[] = {
		{ "(67890007 20050715194045000 41,43:211,214:541)", true, 498, 0 },
		{ "(67890007 90060115194045000)", true, 0, 0 },
		{ "(67890007 90060115194045000 1:29997 (5000,7500,9000,9990:9999 15000,"
		  "22500,27000,29970,29973,29976,29979,29982,29985,29988,29991,"
		  "29994,29997))",
		  true, 29997, 13 },
		{ "(1 1 (1:3 4:6))", true, 0, 3 },
		{ "(1 1 1:4294967295 (1:4294967295 1:4294967295))", true, UINT32_MAX,
		  UINT32_MAX },
		{ "(1 1 (1:3 4:7))", false, 0, 0 },
		{ "(1 1 (1:3))", false, 0, 0 },
		{ "(1 1 ())", false, 0, 0 },
		{ "(1 1 1:*)", false, 0, 0 },
		{ "(1 1 *)", false, 0, 0 },
		{ "(1 1 (1 *))", false, 0, 0 },
		{ "(1 1 $)", false, 0, 0 },
		{ "(1 1 )", false, 0, 0 },
		{ "(1 0)", false, 0, 0 },
		{ "(0 1)", false, 0, 0 },
		{ "(1)", false, 0, 0 },
		{ "(1 9223372036854775808)", false, 0, 0 },
		{ "(4294967296 1)", false, 0, 0 },
		{ "()", false, 0, 0 },
		{ "", false, 0, 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct resync r;
		bool ok = take_resync(&in, &r) && !in.n;

		CHECK_INT(ok, t[i].ok);
		if (ok) CHECK_INT(interval_set_count(&r.known), t[i].known);
		if (ok) CHECK_INT(interval_set_count(&r.match_uids), t[i].matches);
		resync_done(&r);
	}
}

TEST(fetch_modifiers)
{
	static const struct {
		const char *in;
		bool by_uid, ok;
	} t[] = {
		{ "", false, true },
		{ " (CHANGEDSINCE 12345)", false, true },
		{ " (CHANGEDSINCE 12345)", true, true },
		{ " (changedsince 12345 vanished)", true, true },
		{ " (VANISHED CHANGEDSINCE 12345)", true, true },
		{ " (VANISHED CHANGEDSINCE 12345)", false, false },
		{ " (VANISHED)", true, false },
		{ " (PARTIAL -1:-30 CHANGEDSINCE 98305)", true, true },
		{ " (PARTIAL 1:5)", false, false },
		{ " (PARTIAL 1:5 PARTIAL 1:5)", true, false },
		{ " (CHANGEDSINCE 0)", true, true }, /* Thunderbird's */
		{ " (CHANGEDSINCE 0 CHANGEDSINCE 0)", true, false },
		{ " (CHANGEDSINCE 5 CHANGEDSINCE 5)", true, false },
		{ " (CHANGEDSINCE 5 VANISHED VANISHED)", true, false },
		{ " (CHANGEDSINCE)", true, false },
		{ " ()", true, false },
		{ " (UNKNOWN)", true, false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct fetch_modifiers m;

		CHECK_INT(take_fetch_modifiers(&in, t[i].by_uid, &m) && !in.n, t[i].ok);
	}
}
