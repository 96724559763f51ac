// glibc's header, which Swift's own module of glibc leaves out; other systems have none.
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
