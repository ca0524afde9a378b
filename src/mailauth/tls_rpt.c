#include "mailauth/tls_rpt.h"

#include "mailauth/report_uri.h"
#include "mailauth/txt.h"

bool tls_rpt_find_rua(const struct dns_answer *txt, slice *ret)
{
	slice text, rua, rest, uri;

	if (!txt_find_only(txt, S("v=TLSRPTv1;"), &text) ||
	    !txt_find_field(text, S("rua"), &rua))
		return false;
	rest = rua;
	if (!take_report_uri(&rest, &uri)) return false;
	*ret = rua;
	return true;
}
