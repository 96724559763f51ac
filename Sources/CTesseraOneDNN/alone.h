#ifndef TESSERA_ONEDNN_ALONE_H
#define TESSERA_ONEDNN_ALONE_H

/// Makes the parallel loops that oneDNN enters on this thread run on it alone until `tessera_end_alone` is called with what this
/// returned: threads that wait for each other in two teams would take each other's processors.
int tessera_begin_alone(void);
void tessera_end_alone(int threads);

#endif
