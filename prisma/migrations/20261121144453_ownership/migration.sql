-- CreateTable
CREATE TABLE "Ownership" (
    "environmentId" TEXT NOT NULL,
    "objectType" TEXT NOT NULL,
    "objectId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("environmentId", "objectType", "objectId")
);
