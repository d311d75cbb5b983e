-- AlterTable
ALTER TABLE "Operation" ADD COLUMN "stepsJson" TEXT NOT NULL DEFAULT '{}';
ALTER TABLE "Operation" ADD COLUMN "requestJson" TEXT;
