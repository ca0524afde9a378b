#include "operator/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

bool privilege_drop(slice user, struct buf *fault)
{
	const struct passwd *p;

	if (user.n == 0 || geteuid() != 0) return true;
	p = getpwnam(user.p); /* before any thread runs */
	if (!p) {
		buf_addf(fault,
			 "there is no user `%s`; make one with `useradd --system %s`",
			 user.p, user.p);
		return false;
	}
	if (initgroups(user.p, p->pw_gid) || setresgid(p->pw_gid, p->pw_gid, p->pw_gid) ||
	    setresuid(p->pw_uid, p->pw_uid, p->pw_uid)) {
		buf_addf(fault, "cannot become user `%s`: %s", user.p, strerror(errno));
		return false;
	}
	return true;
}
