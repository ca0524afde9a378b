#include "net/confine.h"

#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/slice.h"

/* A sanitizer maps terabytes that it never touches. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

static bool drop_root(void)
{
	if (geteuid() != 0) return true;
	return setgroups(0, NULL) == 0 &&
	       setresgid(CONFINED_UID, CONFINED_UID, CONFINED_UID) == 0 &&
	       setresuid(CONFINED_UID, CONFINED_UID, CONFINED_UID) == 0;
}

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit l;

	if (getrlimit(what, &l) != 0) return false;
	if (l.rlim_max > most) l.rlim_max = most;
	l.rlim_cur = l.rlim_max;
	return setrlimit(what, &l) == 0;
}

static bool set_limits(const struct confinement *to)
{
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
	       limit(RLIMIT_NOFILE, to->files) &&
	       (IS_SANITIZED || limit(RLIMIT_DATA, to->memory));
}

/* The signal at the parent's death comes after the identity, whose change takes it back;
 * a parent that died before is noticed by the socket's end. */
bool confine(const struct confinement *to)
{
	return drop_root() && set_limits(to) &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}
