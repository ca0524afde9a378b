#include "dns/confine.h"

#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/slice.h"
#include "dns/resolver.h"

/* A sanitizer maps terabytes that it never touches. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define MEMORY_LIMIT RLIM_INFINITY
#else
#define MEMORY_LIMIT RESOLVER_MEMORY
#endif

static bool drop_root(void)
{
	if (geteuid() != 0) return true;
	return setgroups(0, NULL) == 0 &&
	       setresgid(RESOLVER_UID, RESOLVER_UID, RESOLVER_UID) == 0 &&
	       setresuid(RESOLVER_UID, RESOLVER_UID, RESOLVER_UID) == 0;
}

static bool set_limits(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_NPROC, 0 },
		{ RLIMIT_NOFILE, RESOLVER_FILES },
		{ RLIMIT_DATA, MEMORY_LIMIT },
	};
	struct rlimit l;

	for (size_t i = 0; i < countof(limits); i++) {
		if (getrlimit(limits[i].what, &l) != 0) return false;
		if (l.rlim_max > limits[i].most) l.rlim_max = limits[i].most;
		l.rlim_cur = l.rlim_max;
		if (setrlimit(limits[i].what, &l) != 0) return false;
	}
	return true;
}

/* The signal at the parent's death comes after the identity, whose change takes it back;
 * a parent that died before is noticed by the socket's end. */
bool confine(void)
{
	return drop_root() && set_limits() &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0;
}
