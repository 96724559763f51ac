#ifndef TESSERA_VECTOR_H
#define TESSERA_VECTOR_H
#endif
