/* A PKCS#11 module for tests that passes everything on to SoftHSM and misbehaves as a control file says, one line of
 * WORD [NUMBER]:
 *
 *   removed N     the next N signatures answer CKR_DEVICE_REMOVED, and the token is gone until C_Finalize
 *   error N       the next N answer CKR_DEVICE_ERROR
 *   loggedout N   the next N answer CKR_USER_NOT_LOGGED_IN
 *   session N     the next N answer CKR_SESSION_HANDLE_INVALID
 *   key N         the next N answer CKR_KEY_HANDLE_INVALID
 *   crash N       the next N crash the process
 *   hang N        the next N sleep for a second
 *   chatter N     the next N print to standard output
 *   finaltry      the token says that one PIN try is left
 *   locked        the token says that it is locked
 *   sessions N    at most N sessions
 *   count         nothing; logins are counted all the same
 *
 * Each C_Login is a line in CONTROL.logins. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
struct list { unsigned char version[2]; CK_RV (*fn[68])(); };

enum { INITIALIZE = 0, FINALIZE = 1, GETSLOTLIST = 4, GETTOKENINFO = 6, OPENSESSION = 12, CLOSESESSION = 13, LOGIN = 18, SIGN = 43 };

static struct list *real, mine;
static int gone, sessions, loaded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *control(void) { return getenv("FLAKY_CONTROL"); }

/* word reads the control file; where it holds a number that is used up, *n is 0. */
static int word(char *w, long *n) {
	FILE *f = fopen(control(), "r");
	*n = 0;
	if (!f) return 0;
	int got = fscanf(f, "%31s %ld", w, n);
	fclose(f);
	return got;
}

/* take says whether a fault is due, and uses it up. */
static int take(const char *want) {
	char w[32];
	long n;
	int due = 0;
	pthread_mutex_lock(&lock);
	if (word(w, &n) == 2 && !strcmp(w, want) && n > 0) {
		char path[512];
		snprintf(path, sizeof path, "%s.new", control());
		FILE *f = fopen(path, "w");
		if (f) {
			fprintf(f, "%s %ld\n", w, n - 1);
			fclose(f);
			rename(path, control());
			due = 1;
		}
	}
	pthread_mutex_unlock(&lock);
	return due;
}

static int says(const char *want, long *n) {
	char w[32];
	return word(w, n) >= 1 && !strcmp(w, want);
}

static CK_RV finalize(void *a) {
	gone = sessions = 0;
	return real->fn[FINALIZE](a);
}

static CK_RV slots(unsigned char present, CK_ULONG *list, CK_ULONG *count) {
	if (gone) { *count = 0; return 0; }
	return real->fn[GETSLOTLIST](present, list, count);
}

static CK_RV tokeninfo(CK_ULONG slot, unsigned char *info) {
	CK_RV rv = real->fn[GETTOKENINFO](slot, info);
	CK_ULONG *flags = (CK_ULONG *)(info + 96), *max = flags + 1;
	long n;
	if (gone) return 0xe0;
	if (rv) return rv;
	if (says("finaltry", &n)) *flags |= 1 << 17;
	if (says("locked", &n)) *flags |= 1 << 18;
	if (says("sessions", &n)) *max = n;
	return 0;
}

static CK_RV opensession(CK_ULONG slot, CK_ULONG flags, void *app, void *notify, CK_ULONG *out) {
	long n;
	if (gone) return 0xe0;
	pthread_mutex_lock(&lock);
	int full = says("sessions", &n) && sessions >= n;
	if (!full) sessions++;
	pthread_mutex_unlock(&lock);
	if (full) return 0xb1;
	return real->fn[OPENSESSION](slot, flags, app, notify, out);
}

static CK_RV closesession(CK_ULONG s) {
	pthread_mutex_lock(&lock);
	sessions--;
	pthread_mutex_unlock(&lock);
	return real->fn[CLOSESESSION](s);
}

static CK_RV login(CK_ULONG s, CK_ULONG user, void *pin, CK_ULONG len) {
	char path[512];
	snprintf(path, sizeof path, "%s.logins", control());
	FILE *f = fopen(path, "a");
	if (f) { fprintf(f, "%lu\n", user); fclose(f); }
	return real->fn[LOGIN](s, user, pin, len);
}

static CK_RV sign(CK_ULONG s, void *data, CK_ULONG n, void *out, CK_ULONG *outlen) {
	if (gone) return 0xe0;
	if (take("removed")) { gone = 1; return 0x32; }
	if (take("error")) return 0x30;
	if (take("loggedout")) return 0x101;
	if (take("session")) return 0xb3;
	if (take("key")) return 0x60;
	if (take("crash")) *(volatile int *)8 = 1;
	if (take("hang")) sleep(1);
	if (take("chatter")) { printf("a module that talks\n"); fflush(stdout); }
	return real->fn[SIGN](s, data, n, out, outlen);
}

CK_RV C_GetFunctionList(struct list **out) {
	if (!loaded) {
		void *so = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
		CK_RV (*get)(struct list **) = so ? (CK_RV(*)(struct list **))dlsym(so, "C_GetFunctionList") : 0;
		if (!get || get(&real)) return 5;
		mine = *real;
		mine.fn[FINALIZE] = (CK_RV(*)())finalize;
		mine.fn[GETSLOTLIST] = (CK_RV(*)())slots;
		mine.fn[GETTOKENINFO] = (CK_RV(*)())tokeninfo;
		mine.fn[OPENSESSION] = (CK_RV(*)())opensession;
		mine.fn[CLOSESESSION] = (CK_RV(*)())closesession;
		mine.fn[LOGIN] = (CK_RV(*)())login;
		mine.fn[SIGN] = (CK_RV(*)())sign;
		loaded = 1;
	}
	*out = &mine;
	return 0;
}
